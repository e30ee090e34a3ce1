package run

import (
	"strings"
	"testing"
	"time"

	"docket/app/desk"
)

// withEntitlement is a good declaration with one more of the bakery; its first
// line is line 13.
func withEntitlement(line string) string {
	return strings.Replace(good, "      - {kind: service, id: vps-1}\n", "      - {kind: service, id: vps-1}\n    entitlements:\n      - "+line+"\n", 1)
}

const fine = `{id: gold, product: Shop, level: Gold, department: hosting, quota: 10, zone: Europe/Berlin, start: 2026-01-01, end: 2026-03-28, contacts: [elif], promises: [{first_reply: 1h, resolve: 8h}]}`

func TestEntitlementIsRead(t *testing.T) {
	p, err := readPlan(strings.NewReader(withEntitlement(fine)))
	if err != nil {
		t.Fatal(err)
	}
	e := p.orgs[0].Entitlements[0]
	berlin, _ := time.LoadLocation("Europe/Berlin")
	if e.ID != "gold" || e.Quota != 10 || e.Department != "hosting" || e.Contacts[0] != "elif" || e.Promises[0].Resolve != 8*time.Hour {
		t.Errorf("got %+v", e)
	}
	if want := time.Date(2026, 1, 1, 0, 0, 0, 0, berlin); !e.Start.Equal(want) {
		t.Errorf("it begins %v, want %v", e.Start, want)
	}
	// Its last day is whole: to the midnight before the clocks change.
	if want := time.Date(2026, 3, 29, 0, 0, 0, 0, berlin); !e.End.Equal(want) {
		t.Errorf("it ends %v, want %v", e.End, want)
	}
}

func TestMistakesInEntitlements(t *testing.T) {
	for _, c := range []struct{ old, new, want string }{
		{"id: gold, ", "", "line 14: an entitlement without an id"},
		{"id: gold", "id: Gold", `line 14: the id "Gold" may only`},
		{"product: Shop, ", "", `line 14: entitlement "gold" has no product`},
		{"hosting", "hostng", `line 14: there is no department "hostng" for entitlement "gold"; did you mean "hosting"?`},
		{"quota: 10", "quota: -1", "line 14: quota is -1; it is 1 to"},
		{"start: 2026-01-01", "start: soon", `line 14: start is "soon"; dates are written as 2026-12-31`},
		{"end: 2026-03-28", "end: 2025-03-28", "line 14: it ends on 2025-03-28, before it begins"},
		{"[elif]", "[elf]", `line 14: there is no person "elf"; did you mean "elif"?`},
		{"[elif]", "[jonas]", `line 14: "jonas" does not belong to "bakery"`},
		{"[elif]", "[elif, elif]", `line 14: "elif" is a contact twice`},
		{"resolve: 8h", "assign: 8h", "line 14: assign and stale are the team's own affair"},
		{"first_reply: 1h", "first_reply: soon", `line 14: first_reply is "soon"; write it in hours`},
		{"level: Gold", "leval: Gold", `line 14: there is no field leval here; did you mean "level"?`},
	} {
		t.Run(c.want, func(t *testing.T) {
			line := strings.Replace(fine, c.old, c.new, 1)
			if line == fine {
				t.Fatal("nothing was changed")
			}
			_, err := readPlan(strings.NewReader(withEntitlement(line)))
			if e := desk.AsError(err); e == nil || e.Code != desk.CodeInvalid || !strings.Contains(e.Message, c.want) {
				t.Errorf("got %v, want %q in it", err, c.want)
			}
		})
	}
	own := strings.Replace(good, "    role: customer\n", "    role: customer\n    entitlements: [{id: own, product: Laptop, department: hosting, contacts: [elif]}]\n", 1)
	if _, err := readPlan(strings.NewReader(own)); err == nil || !strings.Contains(err.Error(), "leave contacts out") {
		t.Errorf("a person's own with contacts: got %v", err)
	}
	ours := strings.Replace(good, "    role: engineer\n", "    role: engineer\n    entitlements: [{id: own, product: Laptop, department: hosting}]\n", 1)
	if _, err := readPlan(strings.NewReader(ours)); err == nil || !strings.Contains(err.Error(), "only customers hold entitlements") {
		t.Errorf("one of staff: got %v", err)
	}
}

func TestSeveralNumbers(t *testing.T) {
	with := func(phones string) error {
		_, err := readPlan(strings.NewReader(strings.Replace(good, "    role: customer\n", "    role: customer\n    phone: \"1\"\n    phones: "+phones+"\n", 1)))
		return err
	}
	if err := with(`["2", "3"]`); err != nil {
		t.Error(err)
	}
	for phones, want := range map[string]string{`["2", "2"]`: `the number "2" is there twice`, `["1"]`: `the number "1" is there twice`, `[""]`: `"" is no telephone number`} {
		if err := with(phones); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v", phones, err)
		}
	}
}
