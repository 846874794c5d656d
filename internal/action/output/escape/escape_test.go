package escape_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stance-sec/stance/internal/action/output/escape"
	"github.com/stance-sec/stance/internal/action/output/outputtest"
)

func TestEscape(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		f    func(string) string
		in   string
		want string
	}{
		{"plain", escape.Terminal, "naïve 日本 🦊", "naïve 日本 🦊"},
		{"colour", escape.Terminal, "\x1b[31m", `\x1b[31m`},
		{"c1", escape.Terminal, "\u009b31m", `\x9b31m`},
		{"bidi", escape.Terminal, "a\u202eb", `a\u202eb`},
		{"tags", escape.Terminal, "a\U000e0041", `a\U000e0041`},
		{"lines", escape.Terminal, "a\r\nb\tc", `a\r\nb\tc`},
		{"not_utf8", escape.Terminal, "a\xffb", "a\ufffdb"},
		{"code_keeps_lines", escape.Text, "a\r\nb\tc\x1b", "a\nb\tc\\x1b"},
		{"xml", escape.XML, `<a b="c">&'`, "&lt;a b=&#34;c&#34;&gt;&amp;&#39;"},
		{"xml_invalid", escape.XML, "\x00\ufffe", `\x00\ufffe`},
		{"xml_line", escape.XML, "a\nb", "a&#10;b"},
		{"formula", escape.CSV, "=1+1", "'=1+1"},
		{"formula_after_space", escape.CSV, "  @SUM(1)", "'  @SUM(1)"},
		{"formula_wide", escape.CSV, "＝1", "'＝1"},
		{"formula_tab", escape.CSV, "\t=1", "'\t=1"},
		{"no_formula", escape.CSV, "a=1", "a=1"},
		{"empty_cell", escape.CSV, "", ""},
		{"markdown", escape.Markdown, "[a](http://b) @all <b> `c` | d", "\\[a\\]\\(http&#58;//b\\) &#64;all &lt;b&gt; \\`c\\` \\| d"},
		{"markdown_www", escape.Markdown, "WWW.evil.example", "WWW&#46;evil&#46;example"},
		{"code_span", escape.MarkdownCode, "a`b", "`` a`b ``"},
		{"code_span_in_table", escape.MarkdownCode, "a|b", "`a\\|b`"},
		{"code_span_empty", escape.MarkdownCode, "", ""},
	} {
		if got := c.f(c.in); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestMarkdownBlockCannotBeLeft(t *testing.T) {
	t.Parallel()
	got := escape.MarkdownBlock("```\n<script>", "sh")
	if !strings.HasPrefix(got, "````sh\n") || !strings.HasSuffix(got, "\n````") {
		t.Errorf("%q", got)
	}
}

func FuzzEscape(f *testing.F) {
	for _, text := range outputtest.Hostile() {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for name, escaped := range map[string]string{"terminal": escape.Terminal(text), "xml": escape.XML(text), "markdown": escape.Markdown(text), "code": escape.MarkdownCode(text)} {
			if !utf8.ValidString(escaped) {
				t.Errorf("%s: %q is no UTF-8", name, escaped)
			}
			for _, r := range escaped {
				if unicode.IsControl(r) || escape.Invisible(r) {
					t.Errorf("%s: %q holds %U", name, escaped, r)
				}
			}
		}
		if strings.ContainsAny(escape.XML(text), `<>"'`) {
			t.Errorf("markup in %q", escape.XML(text))
		}
		data, err := json.Marshal(text)
		if err != nil {
			t.Fatal(err)
		}
		var before, after string
		if err := json.Unmarshal(data, &before); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(escape.JSON(data), &after); err != nil || before != after {
			t.Errorf("JSON: %q became %q, %v", before, after, err)
		}
	})
}
