package run

import (
	"io/fs"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"docket/app/desk"
)

var (
	aField  = regexp.MustCompile(`\b([a-z_]+):`)
	aPlace  = regexp.MustCompile(`line (\d+): `)
	anEnum  = regexp.MustCompile(`\b(id|kind|role|access|entry|org|email|triage|reopen_days|departments|memberships|holds|zone|open|days|from|to|closed|promises|priority|first_reply|next_reply|assign|resolve|stale|always|reopen|settle_days|autoclose|silence|min_wait): *([^,}\n#]+)`)
	hoursOf = regexp.MustCompile(`^(zone|days|from|to|closed|promises|priority|first_reply|next_reply|assign|resolve|stale|always|reopen|autoclose|silence|min_wait)$`)
	comment = regexp.MustCompile(`^\s*(#.*)?$`)
)

// TestEveryLineOfTheSample spoils each line of the sample desk in many ways.
// What comes of it is either harmless or an error that names the line, or for
// what only the reader of YAML can say, one beside it.
func TestEveryLineOfTheSample(t *testing.T) {
	sample := os.DirFS("../../../../build/sample")
	b, err := fs.ReadFile(sample, "desk.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := readPlanIn(sample, strings.NewReader(string(b))); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(string(b), "\n"), "\n")
	tried, told := 0, 0
	for i, l := range lines {
		if comment.MatchString(l) {
			continue
		}
		for _, m := range spoil(l) {
			tried++
			changed := append(append([]string{}, lines[:i]...), m.lines...)
			changed = append(changed, lines[i+1:]...)
			_, err := readPlanIn(sample, strings.NewReader(strings.Join(changed, "\n")+"\n"))
			if err == nil {
				if m.must {
					t.Errorf("line %d, %s: %q was taken", i+1, m.what, m.lines)
				}
				continue
			}
			told++
			e := desk.AsError(err)
			if e.Code != desk.CodeInvalid || e.Hint == "" || strings.Contains(e.Message, "yaml") || strings.Contains(e.Message, "!!") {
				t.Errorf("line %d, %s: %+v", i+1, m.what, e)
			}
			at := aPlace.FindAllStringSubmatch(e.Message, -1)
			if len(at) == 0 {
				t.Errorf("line %d, %s: no line in %q", i+1, m.what, e.Message)
				continue
			}
			near := false
			for _, p := range at {
				n, _ := strconv.Atoi(p[1])
				near = near || n >= i+1-m.slack && n <= i+1+m.slack
			}
			if !near && m.slack >= 0 {
				t.Errorf("line %d, %s: %q", i+1, m.what, e.Message)
			}
		}
	}
	t.Logf("%d mistakes, %d told of, the others harmless", tried, told)
	if told < 500 {
		t.Errorf("only %d mistakes were told of", told)
	}
}

// spoiled is a line with a mistake in it. must: it is one that matters. slack:
// how far the line that is named may be, or -1 when the mistake is felt
// elsewhere, such as where a name that is gone is used.
type spoiled struct {
	what  string
	lines []string
	must  bool
	slack int
}

func spoil(l string) []spoiled {
	beside := 1
	if l[0] != ' ' || strings.HasSuffix(l, ":") {
		beside = -1 // the lines after it are what does not fit then
	}
	out := []spoiled{
		{"taken out", nil, false, -1},
		{"written twice", []string{l, l}, false, 1},
		{"a tab before it", []string{"\t" + l}, false, 1},
		{"one space more", []string{" " + l}, false, beside},
		{"a quote never closed", []string{strings.Replace(l, ": ", `: "`, 1)}, false, 1},
		{"a bracket never closed", []string{l + " ["}, false, 1},
		{"a brace too much", []string{l + "}"}, false, 1},
	}
	for _, at := range aField.FindAllStringSubmatchIndex(l, -1) {
		name := l[at[2]:at[3]]
		out = append(out,
			spoiled{"field " + name + " misspelt", []string{l[:at[2]] + name + "x" + l[at[3]:]}, true, 0},
			spoiled{"field " + name + " without a space", []string{strings.Replace(l, name+": ", name+":", 1)}, false, 2})
	}
	for _, at := range anEnum.FindAllStringSubmatchIndex(l, -1) {
		s := spoiled{"value of " + l[at[2]:at[3]], []string{l[:at[4]] + "zz-9" + l[at[5]:]}, hoursOf.MatchString(l[at[2]:at[3]]), 1}
		if l[at[2]:at[3]] == "id" {
			s.slack = -1
		}
		out = append(out, s)
	}
	return out
}
