package run

import (
	"strings"
	"testing"

	"docket/app/desk"
)

const good = `# a desk
desk:
  name: Veldhost
departments:
  - id: hosting
    name: Hosting
    triage: true
organizations:
  - id: bakery
    name: Bakery
    holds:
      - {kind: service, id: vps-1}
people:
  - id: elif
    name: Elif
    email: elif@brandt.example
    role: customer
    memberships:
      - {org: bakery, access: read}
  - id: jonas
    name: Jonas
    role: engineer
    departments: [hosting]
`

// TestMistakes changes one line of a good declaration at a time and wants to be
// told which line and what is wrong with it.
func TestMistakes(t *testing.T) {
	if _, err := readPlan(strings.NewReader(good)); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ old, new, want string }{
		{"  name: Veldhost", "  phone: none", "line 2: the desk has no name"},
		{"  name: Veldhost", "  nam: Veldhost", `line 3: there is no field nam here; did you mean "name"?`},
		{"desk:\n", "desk: [\n", "line 2: this does not fit what stands around it"},
		{"      - {kind: service, id: vps-1}", "      - {kind: service, id: vps-1", "line 12: "},
		{"people:\n", "---\npeople:\n", "line 13: a second document"},
		{"  - id: hosting", "  - id: Hosting!", `line 5: the id "Hosting!" may only`},
		{"    name: Hosting\n", "", `line 5: department "hosting" has no name`},
		{"    triage: true", "    triage: perhaps", "line 7: here stands the text `perhaps` where true or false belongs"},
		{"    triage: true", "    entry: somehow", `line 7: entry is "somehow"; it is triage or direct`},
		{"    triage: true", "    reopen_days: -1", "line 7: reopen_days is -1"},
		{"kind: service", "kind: boat", `line 12: kind is "boat"`},
		{"id: vps-1", "label: x", "line 12: something held has no id"},
		{"elif@brandt.example", "elif at home", `line 16: "elif at home" is not an e-mail address`},
		{"    role: customer", "    role: king", `line 17: role is "king"`},
		{"org: bakery, access", "org: baker, access", `line 19: there is no organization "baker"; did you mean "bakery"?`},
		{"access: read", "access: all", `line 19: access is "all"`},
		{"  - id: jonas", "  - id: elif", `line 20: a person "elif" is declared twice`},
		{"    departments: [hosting]", "    departments: [hostin]", `line 23: there is no department "hostin"; did you mean "hosting"?`},
		{"    departments: [hosting]", "    memberships: [{org: bakery}]", `line 23: "jonas" is staff`},
		{"  - id: jonas", "  - id: system", `line 20: "system" is the name of the program`},
	} {
		t.Run(c.want, func(t *testing.T) {
			text := strings.Replace(good, c.old, c.new, 1)
			if text == good {
				t.Fatal("nothing was changed")
			}
			_, err := readPlan(strings.NewReader(text))
			if err == nil {
				t.Fatal("it was taken")
			}
			if e := desk.AsError(err); e.Code != desk.CodeInvalid || !strings.Contains(e.Message, c.want) {
				t.Errorf("got %q, want %q in it", e.Message, c.want)
			}
		})
	}
}

func TestEmptyDeclaration(t *testing.T) {
	_, err := readPlan(strings.NewReader("# nothing\n"))
	if e := desk.AsError(err); e == nil || !strings.Contains(e.Message, "empty") {
		t.Errorf("got %v", err)
	}
}

func TestManyMistakesAtOnce(t *testing.T) {
	text := strings.NewReplacer("role: customer", "role: king", "name: Jonas", "name: ''").Replace(good)
	_, err := readPlan(strings.NewReader(text))
	if e := desk.AsError(err); e == nil || !strings.Contains(e.Message, "2 mistakes") {
		t.Errorf("got %v", err)
	}
}
