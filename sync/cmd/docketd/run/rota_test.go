package run

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"docket/app/desk"
)

// called is a good desk with numbers to call and a rota; its lines are named by
// the tests.
const called = `desk:
  name: Veldhost
phones:
  - number: "+44 20 7946 0100"
    country: gb
    languages: [en, fr]
    menu: Press 1
    toll_free: true
    zone: Europe/London
    open:
      - {days: mon-fri, from: "08:00", to: "18:00"}
departments:
  - id: care
    name: Care
    zone: Europe/Berlin
    rota:
      on_call:
        - name: On call
          duty:
            - {person: jonas, days: mon-fri, from: "22:00", to: "06:00"}
            - {person: lea, days: sat-sun, from: "06:00", to: "22:00", since: 2026-12-01, until: 2026-12-31}
      escalation:
        - name: Duty manager
          phone: "+44 20 7946 0170"
          named: true
          duty:
            - {person: lea}
people:
  - {id: jonas, name: Jonas, role: engineer}
  - {id: lea, name: Lea, role: lead}
  - {id: dora, name: Dora, role: lead, disabled: true}
  - {id: elif, name: Elif, email: elif@brandt.example, role: customer}
`

func TestMistakesOfPhonesAndRota(t *testing.T) {
	if _, err := readPlan(strings.NewReader(called)); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ old, new, want string }{
		{`number: "+44 20 7946 0100"`, `number: "call us"`, `line 4: number is "call us"; it is no number that can be dialled`},
		{`number: "+44 20 7946 0100"`, `number: "12"`, `line 4: number is "12"`},
		{`number: "+44 20 7946 0100"`, `number: "44+20 7946"`, `line 4: number is "44+20 7946"`},
		{`number: "+44 20 7946 0100"`, `number: ""`, `line 4: number is ""`},
		{"country: gb", "country: xx", `line 5: there is no country "xx"; countries are two letters, as in gb or de`},
		{"country: gb", "country: England", `line 5: there is no country "England"`},
		{"    country: gb\n", "", `line 7: "+44 20 7946 0100" is toll-free and has no country`},
		{"languages: [en, fr]", "languages: [en, english]", `line 6: there is no language "english"; languages are two letters, as in en or de`},
		{"languages: [en, fr]", "languages: [en, xx]", `line 6: there is no language "xx"`},
		{"languages: [en, fr]", "languages: [en, EN]", "line 6: EN is spoken there twice"},
		{"languages: [en, fr]", "languages: []", `line 4: "+44 20 7946 0100" has no languages`},
		{"menu: Press 1", "menu: " + strings.Repeat("x", 201), "line 7: menu is longer than 200 bytes"},
		{"    zone: Europe/London\n", "", "line 9: open has no zone"},
		{"zone: Europe/London", "zone: Europe/Lodnon", `line 9: there is no time zone "Europe/Lodnon"; did you mean "Europe/London"?`},

		{"    zone: Europe/Berlin\n", "", "line 15: the rota has no zone"},
		{"    rota:\n", "    rota:\n      zone: Nowhere\n", `line 17: there is no time zone "Nowhere"`},
		{called[strings.Index(called, "      on_call:"):strings.Index(called, "people:")], "      zone: UTC\n", "line 16: the rota is empty"},
		{"        - name: On call\n", "        - phone: \"+49 30 1234\"\n", "line 18: a level without a name"},
		{`phone: "+44 20 7946 0170"`, `phone: "ask Lea"`, `line 24: phone is "ask Lea"`},
		{"          duty:\n            - {person: lea}\n", "", `line 23: nobody is ever on duty on "Duty manager"`},
		{"- {person: lea}", "- {person: lae}", `line 27: there is no person "lae"; did you mean "lea"?`},
		{"- {person: lea}", "- {person: elif}", `line 27: "elif" is a customer; only staff are on duty`},
		{"- {person: lea}", "- {person: dora}", `line 27: "dora" is disabled and cannot be on duty`},
		{"- {person: lea}", "- {phone: '+49 30 1234'}", "line 27: a duty without a person"},
		{"- {person: lea}", "- {person: lea, phone: none}", `line 27: phone is "none"`},
		{"- {person: lea}", "- {person: lea}\n            - {person: jonas, days: tue}", "line 28: lea and jonas are both on duty on Tuesday from 00:00 to 24:00"},
		{"{person: lea, days: sat-sun, from: \"06:00\"", "{person: lea, days: sat-sun, from: \"05:00\"", "line 21: jonas and lea are both on duty on Saturday from 05:00 to 06:00"},
		{"since: 2026-12-01, until: 2026-12-31", "since: 2026-12-31, until: 2026-12-01", "line 21: until 2026-12-01 is before since 2026-12-31"},
		{"since: 2026-12-01", "since: 2026-13-01", `line 21: since is "2026-13-01"; dates are written as`},
		{"days: mon-fri, from: \"22:00\", to: \"06:00\"", "days: mon-fry", `line 20: there is no day "fry"`},
		{"from: \"22:00\", to: \"06:00\"", "from: \"22:00\"", `line 20: to is ""`},
		{"from: \"22:00\", to: \"06:00\"", "from: \"22:00\", to: \"22:00\"", "line 20: on duty from 22:00 to 22:00 is no time"},
	} {
		t.Run(c.want, func(t *testing.T) {
			text := strings.Replace(called, c.old, c.new, 1)
			if text == called {
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

func TestPhonesAndRotaAreRead(t *testing.T) {
	p, err := readPlan(strings.NewReader(strings.Replace(called, "- {person: lea}", "- {person: lea, until: 2026-11-30}\n            - {person: jonas, since: 2026-12-01, phone: +49 30 1234}", 1)))
	if err != nil {
		t.Fatal(err)
	}
	weekdays := func(from, to int) (out []desk.Span) {
		for d := time.Monday; d <= time.Friday; d++ {
			out = append(out, desk.Span{Day: d, From: from * 60, To: to * 60})
		}
		return out
	}
	phones := []desk.PhoneLine{{
		Number: "+44 20 7946 0100", Country: "gb", Languages: []string{"en", "fr"}, Menu: "Press 1", TollFree: true,
		Open: desk.Calendar{Zone: "Europe/London", Week: weekdays(8, 18)},
	}}
	if !reflect.DeepEqual(p.desk.Phones, phones) {
		t.Errorf("got %+v", p.desk.Phones)
	}
	r := p.desk.Departments[0].Rota
	nights := []desk.Span{{Day: time.Monday, From: 22 * 60, To: 1440}, {Day: time.Tuesday, To: 360}, {Day: time.Tuesday, From: 22 * 60, To: 1440}}
	if got := r.OnCall[0].Duty[0].Week; !reflect.DeepEqual(got[:3], nights) || len(got) != 10 {
		t.Errorf("nights are %+v", got)
	}
	manager := desk.Level{Name: "Duty manager", Phone: "+44 20 7946 0170", Named: true, Duty: []desk.Duty{
		{Person: "lea", Until: "2026-11-30"}, {Person: "jonas", Phone: "+49 30 1234", Since: "2026-12-01"},
	}}
	if r.Zone != "Europe/Berlin" || len(r.OnCall) != 1 || !reflect.DeepEqual(r.Escalation, []desk.Level{manager}) {
		t.Errorf("got %+v", r)
	}
}
