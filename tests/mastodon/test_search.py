"""Search over HTTP, and what a pasted handle or address finds (reference: client API, section 9)."""

from tests.support.nodes import Person


async def test_words_find_posts_people_and_tags(alice: Person, carol: Person) -> None:
    """One box for all three; `type` narrows it to one."""
    status = (await alice.client.post("/api/v1/statuses", json={"status": "Fresh #carollers"})).json()["id"]

    everything = (await alice.client.get("/api/v2/search?q=carol")).json()
    posts = (await alice.client.get("/api/v2/search?q=fresh&type=statuses")).json()

    assert [account["acct"] for account in everything["accounts"]] == ["carol"]
    assert [tag["name"] for tag in everything["hashtags"]] == ["carollers"]
    assert [one["id"] for one in posts["statuses"]] == [status]
    assert (posts["accounts"], posts["hashtags"]) == ([], [])


async def test_the_old_search_names_tags_only(alice: Person) -> None:
    """v1: tags are texts."""
    await alice.client.post("/api/v1/statuses", json={"status": "#paint"})

    assert (await alice.client.get("/api/v1/search?q=paint")).json()["hashtags"] == ["paint"]


async def test_the_address_of_a_post_of_ours_leads_to_it(alice: Person, carol: Person) -> None:
    """The page's, with one slash as Elk sends it, and the wire's."""
    status = (await alice.client.post("/api/v1/statuses", json={"status": "Hello"})).json()
    addresses = (status["url"], status["url"].replace("://", ":/"), status["uri"])

    found = [
        (await carol.client.get("/api/v2/search", params={"q": address, "resolve": "true"})).json()
        for address in addresses
    ]

    assert [[one["id"] for one in results["statuses"]] for results in found] == [[status["id"]]] * 3


async def test_an_address_opens_no_hidden_post(alice: Person, carol: Person) -> None:
    """Carol finds nothing by the address by which Alice finds her own."""
    url = (await alice.client.post("/api/v1/statuses", json={"status": "Hello", "visibility": "direct"})).json()["url"]

    hidden = (await carol.client.get("/api/v2/search", params={"q": url, "resolve": "true"})).json()
    own = (await alice.client.get("/api/v2/search", params={"q": url, "resolve": "true"})).json()

    assert (len(hidden["statuses"]), len(own["statuses"])) == (0, 1)


async def test_a_handle_or_a_profile_address_leads_to_the_person(alice: Person, carol: Person) -> None:
    """As people write them."""
    host = "acme.localhost:8001"
    handles = (
        "@alice",
        f"alice@{host}",
        f"@Alice@{host.upper()}",
        f"http://{host}/@alice",
        f"http://{host}/users/alice",
    )

    found = [
        (await carol.client.get("/api/v2/search", params={"q": handle, "type": "accounts", "resolve": "true"})).json()
        for handle in handles
    ]

    assert [[account["id"] for account in results["accounts"]] for results in found] == [[str(alice.id)]] * 5


async def test_what_cannot_be_found_is_an_empty_answer(alice: Person) -> None:
    """A node that is not allowed, a broken address, the engine's own operators: nothing, and no error."""
    queries = [
        "http://beta.localhost:8002/@bob/1",
        "@bob@beta.localhost:8002",
        "http://acme.localhost:8001/nothing",
        "http://[",
    ]
    queries += ["https://", "%", '"', "* OR -", "", " ", "a" * 3000]

    answers = [await alice.client.get("/api/v2/search", params={"q": query, "resolve": "true"}) for query in queries]

    assert {answer.status_code for answer in answers} == {200}
    assert [answer.json() for answer in answers] == [{"accounts": [], "statuses": [], "hashtags": []}] * len(queries)


async def test_a_person_of_an_allowed_node_is_found_by_asking_it(alice: Person, bob: Person) -> None:
    """With `resolve` only; without it nobody is asked."""
    handle = f"@{bob.handle}"

    unasked = (await alice.client.get("/api/v2/search", params={"q": handle})).json()
    asked = (await alice.client.get("/api/v2/search", params={"q": handle, "resolve": "true"})).json()

    assert (unasked["accounts"], [account["acct"] for account in asked["accounts"]]) == ([], [bob.handle])


async def test_a_person_of_a_node_that_nobody_allowed_is_not_found(alice: Person, mallory: Person) -> None:
    """The twin: the same request about somebody of the outsider finds nothing."""
    answer = await alice.client.get("/api/v2/search", params={"q": f"@{mallory.handle}", "resolve": "true"})

    assert answer.json() == {"accounts": [], "statuses": [], "hashtags": []}


async def test_a_tag_says_how_much_it_was_used(alice: Person) -> None:
    """Also one that nobody used; no name at all is 404."""
    await alice.client.post("/api/v1/statuses", json={"status": "#paint"})

    assert (await alice.client.get("/api/v1/tags/Paint")).json()["history"][0]["uses"] == "1"
    assert (await alice.client.get("/api/v1/tags/unheard")).json()["history"][0]["uses"] == "0"
    assert (await alice.client.get("/api/v1/tags/%25")).status_code == 404
