"""The word lists: format, size, no clash, no cycle; a bad row is refused."""

from collections import defaultdict

import pytest

from indexer.analysis import word_lists
from indexer.analysis.word_lists import ListEntry
from indexer.errors import ListError

FLOORS = {
    "acronyms": 350,
    "countries": 200,
    "people": 250,
    "places": 500,
    "spelling": 1700,
    "systems": 700,
}

# Words a reader would take for themselves: no system, acronym, person or place may bring them in.
COMMON_TEXT = """
a able about abrams act after again aid aim air all also alligator an and apache arch archer are
arm armor arms arrow art as at atlas avenger back badger ball bandit base bat be bear beast
because big bird black blade blind blue bolt bomb bone book both bronco brown buff bull bush but
call camp can candid cap car card care careless cat center chance charge checkmate cheetah chief
city classic clipper close cobra coin coke cold colt come common cook cool core count course
courier cover crate crusader cub curl cut dagger dark dart day dead deep delta diamond do doe
dolphin dragon eagle early east elephant end energy era even every expert eye face fact fair
falcon family far farmer fast fat felon fencer field fighter fire first fish flag flash flat
flood fly foil for force ford fort fox free fresco from front frost full fullback fury galaxy
game garden gas gazelle ghost giant give glass go goal gold golf good grad gray great greyhound
griffin ground growth guardian guideline gun had hail hale halo hammer hand hard harm harpoon
has havoc hawk haze he heat heavy helix hello help her here hermit hero high him hip his hit
hog home hook hope hornet horse hot hound hour house how hunter hurricane ice idea if in
independence invader iron island it jaguar javelin jet job join joint judge jump just justice
kayak keep kitchen knife know lance lancer land large last late law laws lead leaf learn left
leo leopard level liberty life light lightning like line lion lists little live load long look
los loss love low mad magic mail mainstay make male man map mark market mason mast match may
maybe meteor midas might milan mile mine minute mission mob model moment moon morning moss most
moth mountain move much mule name near need neptune net never new night no nomad none north not
now of off oil old on one only open or orion oscar other our out over owl pack panther part
patriot peace people phoenix pirate place plan plant plow point poker power predator press
private program project proud puma punch push python question quick rail rain ram ranger rapid
rapier raptor raven ray reach ready reaper red rest right ring river roads rock roe rook room
round rule run saber salt sam sand satan savage say scalpel sea second see sentinel sentry
serve shadow shape shark she shield ship shoot shop short show shrike side siren site skill
skipper sky slam small smart smoke snow so sofa some south spark sparrow spear special spider
spirit spiral spoke sport spring square stallion standard star start state stone storm street
strike strong sun surf sword take talk talon tank target team telegraph tell tempest tempo ten
term than thank that the their them then there they thing think this thor thunder tiger time
titan to today together tomahawk tomorrow too top torch tornado tow town track trident triumph
true turn tweet two typhoon under union unit up us use vampire venom very victory viking village
viper volume vote wait walk wall want war warrior wasp watch water way we weapon week well west
what when where which white who why wild will win wind wing wolf woman wood word work world
would yard year yes you young zone
"""
COMMON_WORDS = frozenset(COMMON_TEXT.split())

# One spelling, two things, and a reader wants both: (list, squeezed form).
SHARED_FORMS: frozenset[tuple[str, str]] = frozenset()


def find_entry(name: str, canonical: str, relation: str) -> ListEntry:
    return next(
        entry
        for entry in word_lists.load_list(name)
        if (entry.canonical, entry.relation) == (canonical, relation)
    )


def forms_by_relation(name: str, relation: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for entry in word_lists.load_list(name):
        if entry.relation == relation:
            for form in entry.forms:
                found[word_lists.squeeze_form(form)].add(entry.canonical)
    return found


@pytest.mark.parametrize("name", word_lists.LISTS)
def test_list_holds_at_least_its_floor(name):
    assert len({entry.canonical for entry in word_lists.load_list(name)}) >= FLOORS[name]


@pytest.mark.parametrize("name", word_lists.LISTS)
def test_every_row_names_its_source(name):
    assert all(len(entry.source) >= 4 for entry in word_lists.load_list(name))


@pytest.mark.parametrize("name", word_lists.LISTS)
def test_rows_are_sorted(name):
    keys = [word_lists.make_sort_key(entry) for entry in word_lists.load_list(name)]
    assert keys == sorted(keys)


@pytest.mark.parametrize("name", word_lists.LISTS)
def test_no_form_means_two_canonicals(name):
    relation = "name" if name == "countries" else "same"
    shared = {
        (name, form): canonicals
        for form, canonicals in forms_by_relation(name, relation).items()
        if len(canonicals) > 1
    }
    assert shared.keys() <= SHARED_FORMS, shared


@pytest.mark.parametrize("name", word_lists.LISTS)
def test_no_form_is_the_canonical_of_another_row(name):
    relation = "name" if name == "countries" else "same"
    canonicals = {word_lists.squeeze_form(entry.canonical) for entry in word_lists.load_list(name)}
    assert not canonicals & forms_by_relation(name, relation).keys()


def test_demonyms_belong_to_one_country():
    demonyms = forms_by_relation("countries", "demonym")
    assert all(len(countries) == 1 for countries in demonyms.values())


@pytest.mark.parametrize("name", word_lists.LISTS)
def test_one_way_names_never_lead_back(name):
    steps: dict[str, set[str]] = defaultdict(set)
    for entry in word_lists.load_list(name):
        if entry.relation == "name":
            for form in entry.forms:
                steps[word_lists.squeeze_form(form)].add(word_lists.squeeze_form(entry.canonical))
    for start in list(steps):
        reached: set[str] = set()
        ahead = set(steps[start])
        while ahead:
            here = ahead.pop()
            reached.add(here)
            ahead |= steps.get(here, set()) - reached
        assert start not in reached


@pytest.mark.parametrize("name", word_lists.LISTS)
def test_no_form_is_its_canonical_respelled(name):
    for entry in word_lists.load_list(name):
        assert word_lists.squeeze_form(entry.canonical) not in {
            word_lists.squeeze_form(form) for form in entry.forms
        }


@pytest.mark.parametrize("name", ["acronyms", "people", "places", "systems"])
def test_no_everyday_word_is_reached_from_elsewhere(name):
    reached = {
        word
        for entry in word_lists.load_list(name)
        if entry.relation == "same"
        for word in (entry.canonical, *entry.forms)
    }
    assert not {word.casefold() for word in reached} & COMMON_WORDS


@pytest.mark.parametrize(
    ("form", "canonical"),
    [("Frogfoot", "Su-25"), ("Black Hawk", "UH-60"), ("SA-21", "S-400"), ("Shahed-136", "Geran-2")],
)
def test_name_and_designation_mean_one_system(form, canonical):
    assert form in find_entry("systems", canonical, "same").forms


@pytest.mark.parametrize(
    ("form", "canonical"),
    [("Ronald Reagan", "CVN-76"), ("Patriot", "PAC-3"), ("Flanker", "Su-27"), ("TOW", "BGM-71")],
)
def test_shared_name_is_one_way(form, canonical):
    assert form in find_entry("systems", canonical, "name").forms


@pytest.mark.parametrize(
    ("name", "form", "canonical"),
    [
        ("places", "Kiev", "Kyiv"),
        ("people", "Lukashenka", "Lukashenko"),
        ("acronyms", "defense industrial base", "DIB"),
        ("spelling", "defence", "defense"),
    ],
)
def test_well_known_pair_is_listed(name, form, canonical):
    assert form in find_entry(name, canonical, "same").forms


HEADER = "# a comment\ncanonical\tforms\trelation\tsource\n"


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("Su-25\tFrogfoot\tsame", "3 cells"),
        ("Su-25\tFrogfoot\tsame\t", "empty cell"),
        ("Su-25\tFrogfoot|\tsame\tASCC", "empty cell"),
        ("Su-25\t Frogfoot\tsame\tASCC", "stray space"),
        ("Su-25\tFrogfoot\tdemonym\tASCC", "relation 'demonym'"),
        ("Su-25\tFrogfoot|Frogfoot\tsame\tASCC", "twice"),
        ("Su-25\tSU 25\tsame\tASCC", "canonical itself"),
    ],
)
def test_bad_row_is_refused_by_file_and_line(row, fault):
    with pytest.raises(ListError, match=f"^systems.tsv:3: .*{fault}"):
        word_lists.parse_list(HEADER + row + "\n", "systems.tsv")


def test_row_out_of_order_is_refused():
    rows = "Su-27\tFlanker\tname\tASCC\nSu-25\tFrogfoot\tsame\tASCC\n"
    with pytest.raises(ListError, match=r"^systems.tsv:4: 'Su-25' is out of order"):
        word_lists.parse_list(HEADER + rows, "systems.tsv")


def test_row_given_twice_is_refused():
    rows = "Su-25\tFrogfoot\tsame\tASCC\nSu-25\tGrach\tsame\tASCC\n"
    with pytest.raises(ListError, match=r"^systems.tsv:4: .*there twice"):
        word_lists.parse_list(HEADER + rows, "systems.tsv")


def test_missing_header_is_refused():
    with pytest.raises(ListError, match=r"^systems.tsv:2: expected the header"):
        word_lists.parse_list("# a comment\nSu-25\tFrogfoot\tsame\tASCC\n", "systems.tsv")


def test_unknown_list_is_refused():
    with pytest.raises(ListError, match="no such list"):
        word_lists.load_list("weapons")


def test_row_keeps_its_line_number():
    assert word_lists.parse_list(HEADER + "Su-25\tFrogfoot|Grach\tsame\tASCC\n", "systems.tsv") == (
        ListEntry("Su-25", ("Frogfoot", "Grach"), "same", "ASCC", 3),
    )
