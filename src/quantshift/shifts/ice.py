"""Textures of frost: branching ice needles, bluish white on a dark pane.

They are drawn from a fixed seed and replace the photos of frosted windows in the published benchmark.
"""

import functools

import cv2
import numpy as np
from numpy.typing import NDArray

from quantshift.seeds import generator

COUNT = 5
CRYSTALS = 14  # on a pane of 256 x 256 pixels
GENERATIONS = 4  # of branches, including the crystal's six rays
BRANCHES = 3  # of a ray, on each side
LENGTHS = (25.0, 80.0)  # of rays, in pixels
SHRINK = 0.5  # largest length of a branch over that of its ray
ANGLE = np.deg2rad(60)  # between a branch and its ray, as in hexagonal ice
PANE, NEEDLE = np.array([38.0, 52, 70]), np.array([236.0, 244, 252])  # RGB, 0..255


@functools.cache
def textures(side: int) -> NDArray[np.uint8]:
    """Return five textures [5, side, side, 3], RGB, always the same; `side` is at least 32 pixels."""
    random = generator("textures of ice")
    drawn = np.stack([texture(side, random) for _ in range(COUNT)])
    drawn.flags.writeable = False
    return drawn


def texture(side: int, random: np.random.Generator) -> NDArray[np.uint8]:
    """Return one texture [side, side, 3]."""
    pane = np.zeros((side, side), np.float32)
    crystals = max(1, round(CRYSTALS * (side / 256) ** 2))
    start = random.uniform(0, side, (crystals, 2)).repeat(6, axis=0)
    turn = (random.uniform(0, np.pi / 3, (crystals, 1)) + np.arange(6) * np.pi / 3).ravel()
    length = random.uniform(*LENGTHS, crystals).repeat(6)
    for generation in range(GENERATIONS):
        way = np.stack([np.cos(turn), np.sin(turn)], axis=1) * length[:, None]
        draw(pane, start, start + way, 1 - 0.6 * generation / GENERATIONS)
        place = random.uniform(0.1, 0.95, (len(start), BRANCHES, 1)).repeat(2, axis=2)
        start = (start[:, None, None] + way[:, None, None] * place[..., None]).reshape(-1, 2)
        turn = (turn[:, None, None] + np.array([-ANGLE, ANGLE]) + 0 * place).ravel()
        length = (length[:, None, None] * SHRINK * (1.1 - place)).ravel()
    # For depth, layer sharp needles over their soft glow, over clouds of rime.
    soft = cv2.GaussianBlur(pane, (0, 0), 1.2)
    rime = cv2.GaussianBlur(random.standard_normal((side, side), dtype=np.float32), (0, 0), side / 24)
    rime = (rime - rime.min()) / np.ptp(rime)
    light = np.clip(0.5 * pane + 0.6 * soft + 0.45 * rime, 0, 1)[..., None]
    colours: NDArray[np.uint8] = (PANE + light * (NEEDLE - PANE) + 0.5).astype(np.uint8)
    return colours


def draw(pane: NDArray[np.float32], start: NDArray[np.floating], end: NDArray[np.floating], light: float) -> None:
    """Draw the needles from `start` [m, 2] to `end` [m, 2] (column, row) on `pane`, in place."""
    sixteenths = np.rint(np.stack([start, end], axis=1) * 16).astype(np.int32)
    cv2.polylines(pane, list(sixteenths), False, light, 1, cv2.LINE_8, 4)


def windows(count: int, side: int, random: np.random.Generator) -> NDArray[np.uint8]:
    """Return random parts of the textures, [count, side, side, 3]."""
    whole = textures(max(256, 2 * side))
    places = whole.shape[1] - side
    drawn = random.random((count, 3))
    chosen, row, column = (drawn * (COUNT, places, places)).astype(np.intp).T
    views = np.lib.stride_tricks.sliding_window_view(whole, (side, side), axis=(1, 2))
    parts: NDArray[np.uint8] = views[chosen, row, column].transpose(0, 2, 3, 1)
    return parts
