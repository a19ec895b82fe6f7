"""A real Slurm with one node on this machine's loopback, with all of its files in one folder.

While it runs, /etc/slurm/slurm.conf links to its configuration, because jobs that start jobs read it there.
"""

import os
import shutil
import socket
import subprocess
import time
from pathlib import Path
from typing import IO, Self

PACKAGES = ("slurmctld", "slurmd", "slurm-client", "munge")
SYSTEM = Path("/etc/slurm/slurm.conf")
PROGRAMS = ("slurmctld", "slurmd", "sbatch", "munged")
MARK = "ClusterName=quantshift_test"
CONFIG = """
{mark}
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={control_port}
SlurmdPort={node_port}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
StateSaveLocation={folder}/control
SlurmdSpoolDir={folder}/node
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
ReturnToService=2
JobRequeue=0
SlurmdParameters=config_overrides
MpiDefault=none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MinJobAge=36000
NodeName={host} NodeAddr=127.0.0.1 CPUs={cores} RealMemory={memory} State=UNKNOWN
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""


def missing() -> str | None:
    """Return why no node can run here, or None; install Debian's packages if they are missing."""
    if os.geteuid() != 0:
        return "slurmd needs root"
    if SYSTEM.exists() and MARK not in SYSTEM.read_text(encoding="utf-8"):
        return f"this machine has its own Slurm ({SYSTEM})"
    if all(shutil.which(program) for program in PROGRAMS):
        return None
    if shutil.which("apt-get") is None:
        return f"Slurm ({', '.join(PROGRAMS)}) is not installed, and there is no apt-get to install it"
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "--yes", "--no-install-recommends", *PACKAGES]):
        done = subprocess.run(["apt-get", "-qq", *command], env=environment, capture_output=True, text=True)
        if done.returncode != 0:
            return f"apt-get {command[0]} failed: {done.stderr.strip()[-300:]}"
    return None


def free_ports(count: int) -> list[int]:
    """Return unused ports of the loopback."""
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


class Node:
    """A controller and a node, as a context manager.

    Args:
        folder: an empty folder with a short path, since it contains sockets.
        memory: MB that all jobs together may request, whatever the machine has.
    """

    def __init__(self, folder: Path, memory: int = 64_000) -> None:
        """Write the configuration."""
        self.folder = folder
        self.daemons: list[subprocess.Popen[bytes]] = []
        control_port, node_port = free_ports(2)
        for name in ("control", "node"):
            (folder / name).mkdir()
        (folder / "munge.key").write_bytes(os.urandom(1024))
        (folder / "munge.key").chmod(0o400)
        folder.chmod(0o755)
        filled = CONFIG.format(
            mark=MARK,
            host=socket.gethostname(),
            folder=folder,
            cores=os.cpu_count(),
            memory=memory,
            control_port=control_port,
            node_port=node_port,
        )
        (folder / "slurm.conf").write_text(filled, encoding="utf-8")

    @property
    def environment(self) -> dict[str, str]:
        """Return the environment without variables of another Slurm."""
        return {
            name: value for name, value in os.environ.items() if not name.startswith(("SLURM_", "SBATCH_", "SRUN_"))
        }

    def __enter__(self) -> Self:
        """Start the daemons and wait until a job runs."""
        try:
            SYSTEM.parent.mkdir(exist_ok=True)
            SYSTEM.unlink(missing_ok=True)  # a link that a killed run left behind
            SYSTEM.symlink_to(self.folder / "slurm.conf")
            self.start(
                "munged",
                "--foreground",
                "--force",
                f"--key-file={self.folder}/munge.key",
                f"--socket={self.folder}/munge.socket",
                f"--pid-file={self.folder}/munged.pid",
                f"--log-file={self.folder}/munged.log",
                f"--seed-file={self.folder}/munged.seed",
            )
            self.start("slurmctld", "-D")
            self.start("slurmd", "-D")
            self.wait()
        except BaseException:
            self.__exit__()
            raise
        return self

    def start(self, *command: str) -> None:
        """Start a daemon that writes its output to the folder."""
        log: IO[bytes]
        with (self.folder / f"{command[0]}.output").open("wb") as log:
            self.daemons.append(
                subprocess.Popen(command, env=self.environment, stdout=log, stderr=log, start_new_session=True)
            )

    def wait(self) -> None:
        """Wait until a job has run.

        Raises:
            TimeoutError: no job ran within a minute; the message shows the end of the daemons' output.
        """
        end = time.monotonic() + 60
        while time.monotonic() < end:
            if self.command("srun", "--immediate=5", "--ntasks=1", "--time=1", "true").returncode == 0:
                return
            time.sleep(0.5)
        logs = [f"{file.name}: {file.read_text(errors='replace')[-1000:]}" for file in self.folder.glob("*.output")]
        raise TimeoutError("Slurm did not start\n" + "\n".join(logs))

    def command(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run one of Slurm's commands."""
        return subprocess.run(command, env=self.environment, capture_output=True, text=True)

    def __exit__(self, *_: object) -> None:
        """Cancel running jobs, and stop the daemons."""
        if len(self.daemons) == 3:
            self.command("scancel", "--user=root")
            end = time.monotonic() + 20
            while self.command("squeue", "--noheader").stdout and time.monotonic() < end:
                time.sleep(0.5)
        for daemon in reversed(self.daemons):
            daemon.terminate()
            try:
                daemon.wait(timeout=10)
            except subprocess.TimeoutExpired:
                daemon.kill()
                daemon.wait()
        SYSTEM.unlink(missing_ok=True)
