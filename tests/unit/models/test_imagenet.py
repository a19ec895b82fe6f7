import pytest
import torch
from torch import nn

from quantshift.core import members
from quantshift.core.errors import QuantshiftError
from quantshift.models.imagenet import DEVIATIONS, MEANS, load_weights, network
from quantshift.models.vision import torchvision


def densenet(classes):
    return torchvision.models.DenseNet(growth_rate=4, block_config=(1, 1), num_init_features=8, num_classes=classes)


def published(net):
    """Return weights as in torchvision's older files: with extra dots in names and without batch counters."""
    return {
        name.replace("norm1.", "norm.1.").replace("conv2.", "conv.2."): value
        for name, value in net.state_dict().items()
        if not name.endswith("num_batches_tracked")
    }


@pytest.fixture
def folder(tmp_path):
    torch.manual_seed(0)
    source = densenet(1000)
    torch.save(published(source), tmp_path / "densenet.pth")
    return tmp_path, source


def test_all_weights_but_the_classifiers_are_loaded(folder):
    path, source = folder
    net = network(densenet(7), "densenet", (3, 32, 32), pretrained=True)
    initial = net[1].classifier.weight.clone()
    load_weights(net, path)
    loaded, published = net[1].state_dict(), source.state_dict()
    compared = [name for name in loaded if not name.startswith("classifier") and "num_batches" not in name]
    assert len(compared) > 20
    assert all(torch.equal(loaded[name], published[name]) for name in compared)
    assert torch.equal(net[1].classifier.weight, initial)


def test_a_pretrained_network_standardizes_its_inputs():
    net = network(nn.Identity(), "any", (3, 4, 4), pretrained=True)
    images = torch.rand(2, 3, 4, 4)
    expected = (images - torch.tensor(MEANS)[:, None, None]) / torch.tensor(DEVIATIONS)[:, None, None]
    torch.testing.assert_close(net(images), expected)
    assert torch.equal(network(nn.Identity(), "any", (3, 4, 4), pretrained=False)(images), images)


def test_weights_of_another_network_are_rejected(folder):
    path, _ = folder
    other = torchvision.models.DenseNet(growth_rate=4, block_config=(2, 1), num_init_features=8, num_classes=7)
    with pytest.raises(QuantshiftError, match=r"densenet\.pth does not fit its architecture"):
        load_weights(network(other, "densenet", (3, 32, 32), pretrained=True), path)
    wider = torchvision.models.DenseNet(growth_rate=8, block_config=(1, 1), num_init_features=8, num_classes=7)
    with pytest.raises(QuantshiftError, match=r"densenet\.pth does not fit its architecture"):
        load_weights(network(wider, "densenet", (3, 32, 32), pretrained=True), path)


def test_the_message_names_a_damaged_or_missing_file(folder):
    path, _ = folder
    net = network(densenet(7), "densenet", (3, 32, 32), pretrained=True)
    file = path / "densenet.pth"
    file.write_bytes(file.read_bytes()[:1000])
    with pytest.raises(QuantshiftError, match=r"densenet\.pth is not a complete file of weights"):
        load_weights(net, path)
    file.unlink()
    with pytest.raises(QuantshiftError, match="has 0 files of weights, expected 1"):
        load_weights(net, path)


@pytest.mark.parametrize("name", ["densenet121", "resnet50"])
def test_the_artifact_is_the_file_that_torchvision_names(name):
    artifact = members.constants(f"architectures/{name}")["PRETRAINED"]
    home = members.load("fetching/artifacts", artifact).ORIGINS["home"]
    url = torchvision.models.get_model_weights(name).IMAGENET1K_V1.url
    assert home.url(home.files[0]) == url
    # torchvision's names end with the first digits of the checksum.
    assert home.files[0].checksum.startswith(f"sha256:{url.removesuffix('.pth').rpartition('-')[2]}")
