package prose_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode"

	"docket/app/prose"
)

// sketch writes blocks so that a test can read them.
func sketch(blocks []prose.Block) string {
	var b strings.Builder
	for _, x := range blocks {
		switch x.Kind {
		case "p":
			b.WriteString("p " + spans(x.Spans) + "\n")
		case "code":
			b.WriteString("code " + x.Text + "\n")
		case "list":
			for _, it := range x.Items {
				b.WriteString("- " + spans(it) + "\n")
			}
		case "quote":
			if x.Folded {
				b.WriteString("folded ")
			}
			b.WriteString("{\n" + sketch(x.Blocks) + "}\n")
		}
	}
	return b.String()
}

func spans(list []prose.Span) string {
	var b strings.Builder
	for _, s := range list {
		if s.Style == "" {
			b.WriteString(s.Text)
		} else {
			b.WriteString("<" + s.Style + ":" + s.Text + ">")
		}
	}
	return b.String()
}

func TestParse(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"empty":                     {"", ""},
		"plain":                     {"Hello,\nit broke.\n\nRegards", "p Hello,\nit broke.\np Regards\n"},
		"emphasis":                  {"a **b c** and *d* and `e f`", "p a <strong:b c> and <em:d> and <code:e f>\n"},
		"no emphasis in sums":       {"2*3*4 and a*b*c and * x *", "p 2*3*4 and a*b*c and * x *\n"},
		"a comment is no heading":   {"# not a heading", "p # not a heading\n"},
		"fence":                     {"see\n```r\nx <- 1\n\n  y\n```\nok", "p see\ncode x <- 1\n\n  y\np ok\n"},
		"a fence never closed":      {"```\nx", "p ```\nx\n"},
		"R code":                    {"dat1 <- read.table(text=\"\")\nlibrary(plyr)\n#11 x 11 sparse Matrix", "code dat1 <- read.table(text=\"\")\nlibrary(plyr)\n#11 x 11 sparse Matrix\n"},
		"an R console is no quote":  {"> x <- c(1,2)\n> mean(x)\n[1] 1.5", "code > x <- c(1,2)\n> mean(x)\n[1] 1.5\n"},
		"quote answered in place":   {"> is it on?\nYes.", "{\np is it on?\n}\np Yes.\n"},
		"quote below":               {"Thanks!\n\nOn Mon, Els wrote:\n> one\n> > two", "p Thanks!\nfolded {\np On Mon, Els wrote:\np one\n{\np two\n}\n}\n"},
		"long quote":                {"> a\n> b\n> c\n> d\n> e\nno", "folded {\np a\nb\nc\nd\ne\n}\np no\n"},
		"signature":                 {"Bye\n-- \nEls\n+31", "p Bye\nfolded {\np Els\n+31\n}\n"},
		"list":                      {"Tried:\n- one\n- two\n  more", "p Tried:\n- one\n- two\nmore\n"},
		"numbers":                   {"1. one\n2. two", "- one\n- two\n"},
		"numbers that do not count": {"3. three\n5. five", "p 3. three\n5. five\n"},
		"links":                     {"See https://x.example/a_(b), or mail a@b.example.", "p See <link:https://x.example/a_(b)>, or mail <link:a@b.example>.\n"},
		"no other schemes":          {"javascript:alert(1) file:///etc/passwd", "p javascript:alert(1) file:///etc/passwd\n"},
		"markup is text":            {"<b>x</b> <script>1</script>", "p <b>x</b> <script>1</script>\n"},
		"table":                     {"a    b    c\n1    2    3", "code a    b    c\n1    2    3\n"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := sketch(prose.Parse(c.in)); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func TestSafeLink(t *testing.T) {
	good := []string{"https://veldhost.example/x?y=1#z", "HTTP://a.example", "mailto:els@kranich.example", "https://münchen.example/ä", "tel:+442079460100", "tel:08004960100"}
	bad := []string{
		"", "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "file:///etc/passwd", "smb://x/y", "ms-msdt:/id", "search-ms:x",
		"vscode://x", "data:text/html,x", "ftp://x", "vbscript:x", "http:", "https://", "https:///x", "//x.example", "x.example", "http://u:p@x.example",
		"https://x.example\nfile:", " https://x.example", "https://x.example/\"", "https://x.example/`id`", "https://x.example/$(id)|x", "https://x.example\u202egpj",
		"https://x\u00a0y.example", "mailto:", "mailto:x", "mailto:-x@y", "mailto:a@b?attach=/etc/passwd", "tel:", "tel:+", "tel:+44;ext=1", "tel:+44?x=1", "tel:4+4", "tel:call-me", "tel:*21%23", "tel://1", "about:blank", "view-source:https://x",
		"jar:http://x!/", "blob:https://x", "intent://x", "ssh://x", "telnet://x", "ldap://x", "steam://x", "ms-word:ofe|u|http://x", "shell:startup", "res://x",
		"mhtml:http://x", "mk:@x", "hcp://x", "its:x", "wais://x", "news:x", "nntp://x", "irc://x", "magnet:?x", "feed:https://x", "help:x", "disk:x",
		"x-apple.systempreferences:x", "docket://ticket/x", "chrome://x", "opera:x", "resource://x", "moz-icon://x", "https:x.example", "\x00https://x",
		"https://" + strings.Repeat("a", 3000),
	}
	for _, u := range good {
		if !prose.SafeLink(u) {
			t.Errorf("%q is refused", u)
		}
	}
	for _, u := range bad {
		if prose.SafeLink(u) {
			t.Errorf("%q is let through", u)
		}
	}
}

// words is what must survive: letters and digits, in order.
func words(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, s)
}

func joined(blocks []prose.Block) string {
	var b strings.Builder
	for _, x := range blocks {
		b.WriteString(x.Text)
		for _, s := range x.Spans {
			b.WriteString(s.Text)
		}
		for _, it := range x.Items {
			for _, s := range it {
				b.WriteString(s.Text)
			}
		}
		b.WriteString(joined(x.Blocks))
	}
	return b.String()
}

// contains reports whether every rune of part stands in whole, in order.
func within(part, whole string) bool {
	rest := []rune(whole)
	for _, r := range part {
		i := 0
		for i < len(rest) && rest[i] != r {
			i++
		}
		if i == len(rest) {
			return false
		}
		rest = rest[i+1:]
	}
	return true
}

func check(t *testing.T, in string) {
	t.Helper()
	blocks := prose.Parse(in)
	got, want := words(joined(blocks)), words(strings.ToValidUTF8(in, "\uFFFD"))
	// A list's numbers and a fence's language are marks; nothing else may go.
	if !within(got, want) {
		t.Errorf("%q came out with other text: %q", in, got)
	}
	if lost := len([]rune(want)) - len([]rune(got)); lost > 0 && !strings.ContainsAny(in, "`~") && !strings.ContainsAny(in, "0123456789") {
		t.Errorf("%q lost %d letters: %s", in, lost, sketch(blocks))
	}
	if _, err := json.Marshal(blocks); err != nil {
		t.Error(err)
	}
	var walk func([]prose.Block, int)
	walk = func(bs []prose.Block, depth int) {
		if depth > 20 {
			t.Fatal("quotes nest without end")
		}
		for _, b := range bs {
			for _, s := range b.Spans {
				if s.Href != "" && !prose.SafeLink(s.Href) {
					t.Errorf("unsafe link %q", s.Href)
				}
			}
			if b.Kind == "p" && len(b.Spans) == 0 || b.Kind == "quote" && len(b.Blocks) == 0 || b.Kind == "list" && len(b.Items) < 2 {
				t.Errorf("an empty %s from %q", b.Kind, in)
			}
			walk(b.Blocks, depth+1)
		}
	}
	walk(blocks, 0)
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"> a\n>> b\n>>> c", "-- \nx", "```\n```", "- a\n- b", "1. x\n2. y", "*a* **b** `c`", "x\n________________________\nlist", "On x wrote:\n> y",
		"----- Original Message -----\nFrom: x", "\t[[alternative HTML version deleted]]", "https://a.example)", "\x00\xff\u202e", strings.Repeat(">", 50) + "x",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) { check(t, in) })
}
