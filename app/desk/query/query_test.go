package query_test

import (
	"strings"
	"testing"
	"testing/quick"
	"time"

	"docket/app/desk"
	"docket/app/desk/query"
)

// shape is a tree in brackets, so that a table can say what was read.
func shape(n query.Node) string {
	list := func(op string, nodes []query.Node) string {
		var parts []string
		for _, x := range nodes {
			parts = append(parts, shape(x))
		}
		return "(" + op + " " + strings.Join(parts, " ") + ")"
	}
	switch x := n.(type) {
	case nil:
		return ""
	case query.And:
		return list("and", x.Nodes)
	case query.Or:
		return list("or", x.Nodes)
	case query.Not:
		return "(not " + shape(x.Node) + ")"
	case query.Term:
		return x.Text
	case query.Phrase:
		return "“" + x.Text + "”"
	case query.Field:
		return string(x.Op) + "=" + x.Value
	}
	return "?"
}

func TestParse(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", ""},
		{"   \t\n", ""},
		{"mail", "mail"},
		{"mail broken", "(and mail broken)"},
		{"mail or web", "(or mail web)"},
		{"mail OR web smtp", "(or mail (and web smtp))"},
		{"(mail or web) smtp", "(and (or mail web) smtp)"},
		{"mail and web", "(and mail web)"},
		{"does not work", "(and does not work)"},
		{"-mail", "(not mail)"},
		{"NOT mail", "(not mail)"},
		{"-(a or b)", "(not (or a b))"},
		{"-(-a)", "a"},
		{"NOT NOT a", "a"},
		{"((a))", "a"},
		{"(a b) c", "(and a b c)"},
		{"(a or b) or c", "(or a b c)"},
		{"foo - bar", "(and foo bar)"},
		{`"exact  phrase"`, "“exact phrase”"},
		{"“curly one” „zwei“ «trois»", "(and “curly one” “zwei” “trois”)"},
		{`foo"bar"`, "(and foo “bar”)"},
		{`""`, ""},
		{"is:open", "is=open"},
		{"IS:Open", "is=open"},
		{"status:in_progress", "is=progress"},
		{"owner:ME", "assignee=me"},
		{`from:"Petra Smit"`, "from=Petra Smit"},
		{"tag:#DNS", "tag=dns"},
		{"prio:urgent", "priority=emergency"},
		{"-tag:dns", "(not tag=dns)"},
		{"(dept:mail)", "dept=mail"},
		{"before:2026-11-03 after:2026-11 created:2026 updated:7d due:tomorrow", "(and before=2026-11-03 after=2026-11 created=2026 updated=7d due=tomorrow)"},
		{"is:\u200bopen", "is=open"},
		{"pass\u00adword", "password"},
		// As they are written.
		{"192.168.0.1:8080 fe80::1", "(and 192.168.0.1:8080 fe80::1)"},
		{"main.go(12) at foo(bar", "(and main.go(12) at foo(bar)"},
		{"https://example.net/a?b=c", "https://example.net/a?b=c"},
		{`C:\temp\new std::vector --force`, `(and C:\temp\new std::vector --force)`},
		{"#12345 E_CONN-1042", "(and #12345 E_CONN-1042)"},
		{"می\u200cخواهم", "می\u200cخواهم"},
	} {
		q, faults := query.Parse(c.text)
		if got := shape(q.Node); got != c.want {
			t.Errorf("%q is %s, want %s", c.text, got, c.want)
		}
		for _, f := range faults {
			if !strings.Contains(f.Message, "invisible") {
				t.Errorf("%q: %s", c.text, f)
			}
		}
	}
}

func TestFaults(t *testing.T) {
	for _, c := range []struct {
		text, at, want string // at is the text at the place
		tree           string
	}{
		{`mail "no end`, `"`, "This quotation mark has no end.", "(and mail “no end”)"},
		{"(mail or web", "(", "This bracket is not closed.", "(or mail web)"},
		{"mail) web", ")", "This bracket was never opened.", "(and mail web)"},
		{"mail ()", "()", "There is nothing between these brackets.", "mail"},
		{"mail ???", "???", "There is no letter and no digit here.", "mail"},
		{`-"--" mail`, `"--"`, "There is no letter and no digit here.", "mail"},
		{"mail or", "or", "“or” stands between nothing.", "mail"},
		{"or mail", "or", "“or” stands between nothing.", "mail"},
		{"mail or or web", "or", "“or” stands between nothing.", "(or mail web)"},
		{"asignee:me", "asignee:", "Did you mean “assignee:”?", "asignee:me"},
		{"colour:red", "colour:", "There is no operator “colour:”.", "colour:red"},
		{"from: petra", "from:", "“from:” has no value.", "petra"},
		{"is:opne mail", "is:opne", "Did you mean “open”?", "mail"},
		{"priority:9", "priority:9", "“priority:” knows no “9”.", ""},
		{"before:2026-02-30 x", "before:2026-02-30", "“2026-02-30” is no date.", "x"},
		{"before:tomorrow", "before:tomorrow", "“tomorrow” is no date.", ""},
		{"after:99999d", "after:99999d", "“99999d” is no date.", ""},
		{"tag:a,b", "tag:a,b", "“a,b” can be no tag.", ""},
		{"mail\u200bbox", "\u200b", "There is an invisible character here.", "mailbox"},
		{"a \xff b", "\xff", "There is an invisible character here.", "(and a b)"},
	} {
		q, faults := query.Parse(c.text)
		if len(faults) != 1 {
			t.Errorf("%q has %d faults: %v", c.text, len(faults), faults)
			continue
		}
		f := faults[0]
		if got := c.text[f.At:f.End()]; got != c.at || !strings.Contains(f.String(), c.want) {
			t.Errorf("%q: %q says %s; want %q to say %s", c.text, got, f, c.at, c.want)
		}
		if got := shape(q.Node); got != c.tree {
			t.Errorf("%q is %s, want %s", c.text, got, c.tree)
		}
		if strings.ContainsAny(f.String(), "{}") {
			t.Errorf("%q leaves a gap: %s", c.text, f)
		}
	}
}

func TestWhatIsTooMuchIsCutAndSaid(t *testing.T) {
	for name, text := range map[string]string{
		"a thousand operators": strings.Repeat("tag:dns or ", 1000),
		"100 kB of words":      strings.Repeat("words ", 17_000),
		"100 kB of one word":   strings.Repeat("ä", 50_000),
		"brackets":             strings.Repeat("(", 50_000),
		"brackets that close":  strings.Repeat("(", 1000) + "a" + strings.Repeat(")", 1000) + " b",
		"dashes":               strings.Repeat("-", 50_000),
		"negations":            strings.Repeat("NOT ", 900) + "a",
		"dashes apart":         strings.Repeat("- ", 50_000),
		"quotes":               strings.Repeat(`"`, 50_000),
		"nothing to see":       strings.Repeat("\u200b", 50_000),
		"zero-width apart":     strings.Repeat("a\u200b", 50_000),
		"closed":               strings.Repeat(")", 50_000),
	} {
		before := time.Now()
		q, faults := query.Parse(text)
		if d := time.Since(before); d > time.Second {
			t.Errorf("%s takes %s", name, d)
		}
		parts := 0
		q.Walk(func(query.Node) { parts++ })
		if parts > 3*query.MaxParts || len(faults) > 20 || len(q.String()) > 2*query.MaxText {
			t.Errorf("%s: %d parts, %d faults, %d bytes", name, parts, len(faults), len(q.String()))
		}
		if name == "a thousand operators" && (parts != query.MaxParts+1 || len(faults) == 0 || !strings.Contains(faults[0].String(), "100 parts")) {
			t.Errorf("%s: %d parts, %v", name, parts, faults)
		}
	}
}

func same(a, b string) (string, string, bool) {
	x, _ := query.Parse(a)
	y, _ := query.Parse(b)
	return shape(x.Node), shape(y.Node), shape(x.Node) == shape(y.Node)
}

// normal checks that the normal form parses to the same, without a fault, and
// is its own normal form.
func normal(t *testing.T, text string) {
	t.Helper()
	q, faults := query.Parse(text)
	for _, f := range faults {
		if f.At < 0 || f.Len < 0 || f.End() > len(text) || f.Message == "" || f.Hint == "" {
			t.Fatalf("%q: a fault at %+v", text, f)
		}
	}
	q.Walk(func(n query.Node) {
		if p := n.Place(); p.At < 0 || p.End() > len(text) || p.Len <= 0 {
			t.Fatalf("%q: %s stands at %+v", text, shape(n), p)
		}
	})
	s := q.String()
	if len(s) > query.MaxText {
		return
	}
	if was, is, ok := same(text, s); !ok {
		t.Fatalf("%q is %s, its normal form %q is %s", text, was, s, is)
	}
	again, faults := query.Parse(s)
	for _, f := range faults {
		if !strings.Contains(f.Message, "no operator") {
			t.Fatalf("%q: its normal form %q has a fault: %s", text, s, f)
		}
	}
	if again.String() != s {
		t.Fatalf("%q: %q is not its own normal form, %q is", text, s, again.String())
	}
	q.Match(&desk.Ticket{}, query.Scope{})
	query.At(text, len(text)/2)
}

func TestNormalForm(t *testing.T) {
	for text, want := range map[string]string{
		"status:open   (a b)":        "is:open a b",
		"NOT --force":                "NOT --force",
		"-(baz foo(bar )":            "-(baz foo(bar )",
		`from:"Petra Smit"`:          `from:"Petra Smit"`,
		`from:"petra"`:               "from:petra",
		"a or (b or c) d":            "a or (b or c) d",
		"-(a or b) in:Hosting":       "-(a or b) dept:Hosting",
		"org:\"“x\" -(-(is:solved))": `org:"“x" is:solved`,
	} {
		normal(t, text)
		if q, _ := query.Parse(text); q.String() != want {
			t.Errorf("%q is written %q, want %q", text, q.String(), want)
		}
	}
	// Pieces put together in every way.
	pieces := []string{"a", "-", "(", ")", " ", " or ", "NOT ", `"`, "is:open", "tag:x ", "from:", "“", "”", "foo(", ":", "\u200b", "--", "before:7d", "#", "é"}
	if err := quick.Check(func(picks []uint8) bool {
		var b strings.Builder
		for _, p := range picks {
			b.WriteString(pieces[int(p)%len(pieces)])
		}
		normal(t, b.String())
		return true
	}, &quick.Config{MaxCount: 5000}); err != nil {
		t.Error(err)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"", "a or -(b \"c d\") tag:x", "((", "))", `"`, "is:\u200bopen", "from:“x", "foo(bar ) NOT --x", "-(-(a b) or c)", "updated:2w\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { normal(t, s) })
}

func TestWhoeverTranslatesHasEverySentence(t *testing.T) {
	all := map[string]bool{}
	for _, s := range query.Sentences() {
		all[s] = true
	}
	for _, text := range []string{`"`, "(", ")", "()", "or", "colour:red", "asignee:me", "from:", "is:opne", "is:xyz", "before:x", "tag:!", "\u200b", "???", strings.Repeat("a ", 101), strings.Repeat("a", 5000), strings.Repeat("(", 30)} {
		_, faults := query.Parse(text)
		if len(faults) == 0 {
			t.Errorf("%q has no fault", text)
		}
		for _, f := range faults {
			if !all[f.Message] || !all[f.Hint] {
				t.Errorf("%q: %q %q is not among the sentences", text, f.Message, f.Hint)
			}
		}
	}
}

func TestTyping(t *testing.T) {
	for _, c := range []struct {
		text    string // | is the cursor
		op      query.Op
		typed   string
		replace string
	}{
		{"|", "", "", ""},
		{"as|", "", "as", "as"},
		{"mail as|", "", "as", "as"},
		{"-as|", "", "as", "as"},
		{"(as|", "", "as", "as"},
		{"mail |", "", "", ""},
		{"assignee:|", query.Assignee, "", ""},
		{"owner:pe| mail", query.Assignee, "pe", "pe"},
		{`from:"Petra S|`, query.From, "Petra S", `"Petra S`},
		{`from:"Petra Smit"|`, "", "", ""},
		{`"a phr|`, "", "", ""},
		{"-dept:ho|", query.Dept, "ho", "ho"},
	} {
		at := strings.IndexByte(c.text, '|')
		text := c.text[:at] + c.text[at+1:]
		got := query.At(text, at)
		if got.Op != c.op || got.Text != c.typed || text[got.At:got.End()] != c.replace {
			t.Errorf("%s: %+v of %q", c.text, got, text[got.At:got.End()])
		}
	}
}
