"""The scripted servers of the federation tests, around a node whose workers are looked at."""

from tests.federation.conftest import acme as acme
from tests.federation.conftest import apps as apps
from tests.federation.conftest import clock as clock
from tests.federation.conftest import dana as dana
from tests.federation.conftest import erin as erin
from tests.federation.conftest import frank as frank
from tests.federation.conftest import friendly as friendly
from tests.federation.conftest import keys as keys
from tests.federation.conftest import mallet as mallet
from tests.federation.conftest import other_keys as other_keys
from tests.federation.conftest import stranger as stranger
