from pipeline.tools.places import TARGET, build


def test_the_shipped_gazetteer_is_what_the_command_makes():
    assert TARGET.read_text(encoding="utf-8") == build()
