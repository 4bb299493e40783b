"""Editorial HTML made safe to show."""

import pytest

from schema.cleaning import MAX_LENGTH, clean_html, plain_text


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("plain", "plain"),
        ("<p>a</p>", "<p>a</p>"),
        ("<P>a</P>", "<p>a</p>"),
        ("a<br>b<br/>c", "a<br>b<br>c"),
        ("<ul><li>a</li><li>b</li></ul>", "<ul><li>a</li><li>b</li></ul>"),
        ("<h3>a</h3><h4>b</h4><em>c</em><strong>d</strong><i>e</i><b>f</b>",
         "<h3>a</h3><h4>b</h4><em>c</em><strong>d</strong><i>e</i><b>f</b>"),
        ("<h1>a</h1><font size=7>b</font>", "ab"),
        ("<p onclick=\"alert(1)\" style='x' class=y>a</p>", "<p>a</p>"),
        ("<b onmouseover=alert(1)>a", "<b>a</b>"),
        ('<a href="javascript:alert(1)">a</a>', "a"),
        ('<img src=x onerror="alert(1)">a', "a"),
        ("a<script>alert(1)</script>b", "ab"),
        ("a<SCRIPT SRC=//evil.example/x.js></SCRIPT>b", "ab"),
        ("a<script>if (1 < 2) { '</p>' }</script>b", "ab"),
        ("a<script>alert(1)", "a"),
        ("a<style>p { color: red }</style>b", "ab"),
        ("a<iframe src=x><p>inner</p></iframe>b", "ab"),
        ("a<svg><p>b</p><svg>c</svg></svg>d", "ad"),
        ("a<object><b>b</b></object>c", "ac"),
        ("<p>a</p><embed src=x><p>b</p>", "<p>a</p><p>b</p>"),
        ("<p>a", "<p>a</p>"),
        ("<ul><li>a", "<ul><li>a</li></ul>"),
        ("<b><i>a</b>b</i>", "<b><i>a</i></b>b"),
        ("a</p></b>b", "ab"),
        ("a</script>b", "ab"),
        ("a &amp; b &lt;script&gt; &eacute; &#x41;", "a &amp; b &lt;script&gt; é A"),
        ("1 < 2 > 0 & so on", "1 &lt; 2 &gt; 0 &amp; so on"),
        ("a<!-- <script>alert(1)</script> -->b", "ab"),
        ("a<!DOCTYPE html><?php echo 1 ?>b", "ab"),
        ("<scr<script>ipt>alert(1)</script>", "ipt&gt;alert(1)"),
        ("  <p> a </p>  ", "<p> a </p>"),
        ("", ""),
    ],
)  # fmt: skip
def test_only_harmless_elements_are_left(text: str, cleaned: str) -> None:
    """The texts end in shoppers' browsers."""
    assert clean_html(text) == cleaned


def test_cleaning_what_is_clean_changes_nothing() -> None:
    """What comes out would come out again."""
    once = clean_html("<div onload=x><p>a &amp; b<ul><li>c<br>d</div>")

    assert clean_html(once) == once == "<p>a &amp; b<ul><li>c<br>d</li></ul></p>"


def test_long_texts_are_cut_before_they_are_read() -> None:
    """A hostile text costs no more than a long one."""
    assert clean_html("a" * (MAX_LENGTH + 5)) == "a" * MAX_LENGTH
    assert clean_html("<b>" * (MAX_LENGTH // 3 + 5)).count("<b>") == MAX_LENGTH // 3


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<p>a</p><p>b</p>", "a b"),
        ("a<br>b", "a b"),
        ("<b>a</b>b", "ab"),
        ("<ul><li>a</li><li>b</li></ul>c", "a b c"),
        ("a<script>alert(1)</script> b", "a b"),
        ("1 &lt; 2 &amp; 3", "1 < 2 & 3"),
        ("  a \n\t b  ", "a b"),
        ("<embed src=x>a", "a"),
    ],
)
def test_plain_text_has_no_markup_and_single_spaces(text: str, expected: str) -> None:
    """For places that show one line."""
    assert plain_text(text) == expected
