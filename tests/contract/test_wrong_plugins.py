"""Plug-ins that cannot be used, as the command line tells of them: named, and no traceback."""

from textwrap import dedent

from .distribution import Site

OFFER = """\
    from onroll.plugins import hookimpl
    from onroll.protocols import TransformKind

    @hookimpl
    def {hook}():
        return [TransformKind("shout", "Loud", None, lambda _: lambda value: value, ())]
    """


def told(site: Site) -> str:
    result = site.run("schema")
    assert (result.returncode, result.stdout) == (2, "")
    return result.stderr


def offer(hook: str = "onroll_transforms") -> str:
    return dedent(OFFER).format(hook=hook)


def test_a_misspelled_hook_names_its_plugin_and_the_right_hook(site: Site) -> None:
    site.add_module("acme-loud", "acme_loud", offer("onroll_auth_method"))
    assert told(site) == dedent("""\
        error[plugin-unknown-hook]: the plug-in `acme-loud:acme_loud` offers `onroll_auth_method`, which is no hook
          = expected one of `onroll_auth_methods`, `onroll_decoders`, `onroll_pagination_styles`,
                     `onroll_targets`, `onroll_transforms`

        hint: did you mean `onroll_auth_methods`?
        """)  # noqa: E501  (the whole message)


def test_two_distributions_with_one_name_are_both_named(site: Site) -> None:
    site.add_module("acme-loud", "acme_loud", offer())
    site.add_module("other-loud", "other_loud", offer())
    said = told(site)
    assert "error[plugin-clash]" in said
    assert "`acme-loud:acme_loud`" in said
    assert "`other-loud:other_loud`" in said
    assert "both offer `shout`" in said


def test_of_two_plugins_with_one_entry_point_name_none_is_dropped(site: Site) -> None:
    site.add_module("acme-loud", "loud", offer())
    site.add_module("other-loud", "loud", offer())  # the same module under two names
    assert site.run("schema").returncode == 0


def test_a_plugin_that_cannot_be_imported_is_named(site: Site) -> None:
    site.add_module("acme-broken", "acme_broken", "import no_such_module\n")
    said = told(site)
    assert "error[plugin-not-loaded]: the plug-in `acme-broken:acme_broken`" in said
    assert "No module named 'no_such_module'" in said


def test_a_plugin_without_a_marked_hook_is_named(site: Site) -> None:
    site.add_module("acme-quiet", "acme_quiet", "def onroll_transforms():\n    return []\n")
    said = told(site)
    assert "error[plugin-without-hook]: the plug-in `acme-quiet:acme_quiet` offers no hook" in said


def test_the_sandbox_needs_neither_pytest_nor_hypothesis(site: Site) -> None:
    for name in ("pytest", "_pytest", "hypothesis"):
        (site.path / f"{name}.py").write_text("raise ImportError\n")
    (site.path / "try_it.py").write_text("import onroll.testing, onroll.testing.sandbox\n")
    result = site.run(module="try_it")
    assert (result.returncode, result.stderr) == (0, "")
