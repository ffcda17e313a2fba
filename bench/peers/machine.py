"""What the peers run on: versions, BLAS and its kernels, CPU."""
import ctypes
import platform
import re

import problem  # noqa: F401  sets the environment that OpenBLAS and ATen read when they load


def describe():
    import numpy
    import torch

    with open("/proc/cpuinfo", encoding="ascii", errors="replace") as file:
        cpuinfo = file.read()
    fields = dict(re.findall(r"^(model name|cpu family|model|stepping)\s*: (.*)$", cpuinfo, re.M))
    wide = " avx512f " in cpuinfo
    blas, kernels = openblas()
    wanted = ("SkylakeX", "Cooperlake", "Sapphirerapids") if wide else ("Haswell", "Zen")
    if kernels not in wanted:
        raise SystemExit(
            f"BLAS: on this CPU the products must run on OpenBLAS's {' or '.join(wanted)} kernels; found {blas}, {kernels} "
            "kernels. Install libopenblas0-pthread."
        )
    return {
        "cpu": "{model name} (family {cpu family}, model {model}, stepping {stepping})".format(**fields),
        "avx512": wide,
        "python": platform.python_version(),
        "torch": torch.__version__,
        "aten": re.search(r"capability usage: (\S+(?: AVX)?)", torch.__config__.show()).group(1),
        "numpy": numpy.__version__,
        "blas": f"{blas}, {kernels} kernels",
    }


def openblas():
    library = ctypes.CDLL("libblas.so.3")  # the one NumPy and PyTorch of Debian are linked to
    try:
        config, core = library.openblas_get_config, library.openblas_get_corename
    except AttributeError:
        return "a BLAS that is not OpenBLAS", "unknown"
    config.restype = core.restype = ctypes.c_char_p
    return " ".join(config().decode().split()[:2]), core().decode()
