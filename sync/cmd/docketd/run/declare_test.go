package run

import (
	"reflect"
	"strings"
	"testing"
	"time"

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
forms:
  - id: new-user
    fields:
      - {id: who, label: Who, type: person, required: true}
      - {id: kind, label: Which, type: choice, options: [Laptop, Desktop]}
      - {id: model, label: Which model, when: {field: kind, is: Laptop}}
    approver: true
    checklist: [{text: Mailbox}, {text: Computer, when: {field: kind}}]
topics:
  - id: people
    name: People
    department: hosting
    topics:
      - {id: joins, name: Somebody joins, form: new-user, type: request, priority: low}
      - {id: hired, name: Somebody is hired, retired: joins}
`

// TestMistakes changes one line of a good declaration at a time and wants to be
// told which line and what is wrong with it.
func TestMistakes(t *testing.T) {
	if _, err := readPlan(strings.NewReader(good)); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ old, new, want string }{
		{"  name: Veldhost", "  phone: none", "line 2: the desk has no name"},
		{"  name: Veldhost", "  name: Veldhost\n  email: at home", `line 4: "at home" is not an e-mail address`},
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
		{"    holds:\n", "    org_access: {who: some}\n    holds:\n", `line 11: who is "some"; it is none, role, members or everyone`},
		{"    holds:\n", "    org_access: {who: role}\n    holds:\n", "line 11: role is missing; it says which members read"},
		{"    holds:\n", "    org_access: {who: everyone, role: boss}\n    holds:\n", "line 11: role is for who: role"},
		{"    holds:\n", "    org_access: {who: everyone, may: shout}\n    holds:\n", `line 11: may is "shout"; it is read or comment`},
		{"    holds:\n", "    org_access: {may: read}\n    holds:\n", "line 11: may is for who: role and who: everyone"},
		{"    triage: true", "    policy:\n      mask: One, and two", `line 8: mask is "One, and two"; it is a name such as The security team, without commas`},
		{"access: read", "access: all", `line 19: access is "all"`},
		{"  - id: jonas", "  - id: elif", `line 20: a person "elif" is declared twice`},
		{"    departments: [hosting]", "    departments: [hostin]", `line 23: there is no department "hostin"; did you mean "hosting"?`},
		{"    departments: [hosting]", "    memberships: [{org: bakery}]", `line 23: "jonas" is staff`},
		{"  - id: jonas", "  - id: system", `line 20: "system" is the name of the program`},
		{"    triage: true", "    policy: {reopen: allways}", `line 7: reopen is "allways"; it is within, always or never; did you mean "always"?`},
		{"    triage: true", "    reopen_days: 3\n    policy:\n      reopen: never", "line 9: reopen is never, so reopen_days says nothing"},
		{"    triage: true", "    policy:\n      autoclose: soon", `line 8: autoclose is "soon"; it is silence, reminders or never`},
		{"    triage: true", "    policy:\n      silence: 4d", `line 8: silence is "4d"; write it in hours and minutes, as in 96h`},
		{"    triage: true", "    policy:\n      silence: 24h", "line 8: silence is 24h, and a customer has at least 48h to answer (min_wait)"},
		{"    triage: true", "    policy:\n      autoclose: never\n      silence: 96h", "line 9: silence belongs to autoclose: silence, and autoclose is never"},
		{"    triage: true", "    policy:\n      remind: [24h]", "line 8: remind belongs to autoclose: reminders"},
		{"    triage: true", "    policy:\n      autoclose: reminders\n      remind: [24h, 12h]", "line 9: the times of remind do not grow"},
		{"    triage: true", "    policy:\n      min_wait: 30s", "line 8: min_wait is 30s; it is whole minutes"},
		{"    triage: true", "    policy:\n      languages:\n        - en\n        - dee", `line 10: there is no language "dee"; it is en, de,`},
		{"    triage: true", "    policy:\n      languages: [en, en]", `line 8: the language "en" is named twice`},
		{"    role: customer", "    role: customer\n    skills: [dns]", `line 18: "elif" is a customer; only staff has skills`},
		{"    departments: [hosting]", "    departments: [hosting]\n    skills: [a;b]", `line 24: "a;b" cannot be a skill`},
		{"    departments: [hosting]", "    departments: [hosting]\n    languages: [klingon]", `line 24: there is no language "klingon"`},
		{"people:\n", "misuse:\n  decay_days: 9\npeople:\n", "line 13: misuse has no appeal"},
		{"people:\n", "misuse:\n  appeal: hostin\npeople:\n", `line 14: there is no department "hostin"; did you mean "hosting"?`},
		{"    triage: true", "    hidden: true\nmisuse: {appeal: hosting}", `line 8: "hosting" is hidden, so nobody could appeal there`},
		{"people:\n", "misuse:\n  appeal: hosting\n  decay_days: -1\npeople:\n", "line 15: decay_days is -1; it is 0 to 3650"},
		{"people:\n", "misuse:\n  appeal: hosting\n  ladder:\n    - {does: warm}\npeople:\n", `line 16: does is "warm"; it is warn, confirm, no_high or ban; did you mean "warn"?`},
		{"people:\n", "misuse:\n  appeal: hosting\n  ladder:\n    - {does: ban}\n    - {does: warn}\npeople:\n", "line 17: warn does not follow on ban; a ladder goes up"},
		{"people:\n", "misuse:\n  appeal: hosting\n  ladder:\n    - {does: no_high}\npeople:\n", "line 16: days is 0; for how long High cannot be chosen"},
		{"people:\n", "misuse:\n  appeal: hosting\n  ladder:\n    - {does: ban, days: 3}\npeople:\n", "line 16: days belongs to no_high"},
		{"people:\n", "misuse:\n  appeal: hosting\n  ladder:\n    - {days: 3}\npeople:\n", "line 16: this step does nothing"},
		{"    triage: true", "    policy:\n      satisfaction: nevr", `line 8: satisfaction is "nevr"; it is ask or never; did you mean "never"?`},
		{"    triage: true", "    policy:\n      satisfaction_days: -1", "line 8: satisfaction_days is -1; it is 0 to 3650"},
		{"    triage: true", "    policy:\n      chat_silence: soon", `line 8: chat_silence is "soon"; write it in hours and minutes`},
		{"    triage: true", "    policy:\n      settle_days: -1", "line 8: settle_days is -1"},
		{"    triage: true", "    policy:\n      reserve: -1", "line 8: reserve is -1; it is 0 to 100"},
		{"    triage: true", "    policy:\n      when_fixed: close", `line 8: when_fixed is "close"; it is confirm or solve`},
		{"    triage: true", "    policy:\n      fix_remind_days: 366", "line 8: fix_remind_days is 366; it is 0 to 365"},
		{"    triage: true", "    policy:\n      retention_months: -1", "line 8: retention_months is -1; it is 0 to 1200, and 0 keeps for ever"},
		{"    triage: true", "    policy:\n      retention_months: 6\n      file_months: 6", "line 9: file_months is 6, and everything goes after 6 (retention_months)"},
		{"    triage: true", "    policy:\n      recall_seconds: 121", "line 8: recall_seconds is 121; it is 0 to 120"},
		{"    triage: true", "    policy:\n      recall_seconds: -1", "line 8: recall_seconds is -1; it is 0 to 120"},
		{"    triage: true", "    zone: Europe/Berlni", `line 7: there is no time zone "Europe/Berlni"; did you mean "Europe/Berlin"?`},
		{"    triage: true", "    zone: Local", `line 7: there is no time zone "Local"`},
		{"    triage: true", "    zone: Middle/Nowhere", `line 7: there is no time zone "Middle/Nowhere"; zones are named as in Europe/Berlin`},
		{"    holds:\n", "    zone: Europe/Pariz\n    holds:\n", `line 11: there is no time zone "Europe/Pariz"; did you mean "Europe/Paris"?`},
		{"    role: customer", "    role: customer\n    zone: Local", `line 18: there is no time zone "Local"`},
		{"    triage: true", "    open:\n      - {days: mon, from: '8:00', to: '9:00'}", "line 7: open has no zone"},
		{"    triage: true", "    closed: [2026-12-25]", "line 7: closed has no zone"},
		{"    triage: true", inUTC("{days: mon-fry, from: '8:00', to: '9:00'}"), `line 9: there is no day "fry"; did you mean "fri"?`},
		{"    triage: true", inUTC("{days: someday, from: '8:00', to: '9:00'}"), `line 9: there is no day "someday"; days are mon`},
		{"    triage: true", inUTC("{from: '8:00', to: '9:00'}"), "line 9: here are no days"},
		{"    triage: true", inUTC("{days: 'mon-wed, tue', from: '8:00', to: '9:00'}"), "line 9: Tuesday is named twice"},
		{"    triage: true", inUTC("{days: mon, from: '8:00', to: '24:01'}"), `line 9: to is "24:01"; it is a time from 00:00 to 24:00`},
		{"    triage: true", inUTC("{days: mon, from: '8', to: '9:00'}"), `line 9: from is "8"`},
		{"    triage: true", inUTC("{days: mon, from: '8:00'}"), `line 9: to is ""`},
		{"    triage: true", inUTC("{days: mon, from: '8:00', to: '8:00'}"), "line 9: open from 8:00 to 8:00 is no time"},
		{"    triage: true", inUTC("{days: mon-fri, from: '8:00', to: '12:00'}", "{days: wed, from: '11:00', to: '18:00'}"), "line 10: Wednesday is open twice from 11:00 to 12:00"},
		{"    triage: true", inUTC("{days: mon, from: '0:00', to: '7:00'}", "{days: sun, from: '22:00', to: '6:00'}"), "line 10: Monday is open twice from 00:00 to 06:00"},
		{"    triage: true", "    zone: UTC\n    closed:\n      - 2026-12-24\n      - 2026-02-30", `line 10: "2026-02-30" is no date`},
		{"    triage: true", "    zone: UTC\n    closed:\n      - 2026-12-24\n      - 2026-12-24", "line 10: 2026-12-24 is closed twice"},
		{"    triage: true", inUTC("{days: fri, from: '8:00', to: '12:00'}") + "\n    closed: [" + fridays() + "]", "line 10: from 2026-01-02 on it is not open for a whole year; a department has to open"},
		{"    triage: true", "    promises:\n      - {first_reply: -1h}", "line 8: first_reply is -1h; it is whole minutes"},
		{"    triage: true", "    promises:\n      - {next_reply: 0m}", "line 8: next_reply is 0m; it is whole minutes"},
		{"    triage: true", "    promises:\n      - {next_reply: 2001h}", "line 8: next_reply is 2001h"},
		{"    triage: true", "    promises:\n      - {next_reply: 2 days}", `line 8: next_reply is "2 days"; write it in hours`},
		{"    triage: true", "    promises:\n      - {always: true}", "line 8: this promises nothing"},
		{"    triage: true", "    promises:\n      - {priority: hihg, first_reply: 1h}", `line 8: priority is "hihg"; it is low, normal, high or emergency, or left out for all that are not named; did you mean "high"?`},
		{"    triage: true", "    promises:\n      - {first_reply: 1h}\n      - {first_reply: 2h}", "line 9: there is a promise for the priorities that are not named already"},
		{"people:\n", macro("text: 'Hi {{requester.frist}}'"), `line 15: the text of macro "m1" names {{requester.frist}}, and there is no such thing; did you mean "requester.first"?`},
		{"people:\n", macro("text: 'Hi {{requester.first'"), `line 15: the text of macro "m1" has an opening {{ without its }}`},
		{"people:\n", macro("text: ' '"), `line 14: macro "m1" has no text`},
		{"people:\n", macro("text: Hi\n    then: solvd"), `line 16: then is "solvd"; it is in_progress, waiting_customer, waiting_third_party, on_hold or solved; did you mean "solved"?`},
		{"people:\n", macro("text: Hi\n    then: new"), `line 16: then is "new"`},
		{"people:\n", macro("text: Hi\n    tags:\n      - fine\n      - a;b"), `line 18: "a;b" cannot be a tag`},
		{"people:\n", macro("text: Hi\n    assign: jonsa"), `line 16: assign is "jonsa"; it is me or somebody of the team; did you mean "jonas"?`},
		{"people:\n", macro("text: Hi\n    assign: elif"), `line 16: assign is "elif"`},
		{"people:\n", macro("text: Hi\n    priority: urgent"), `line 16: priority is "urgent"`},
		{"people:\n", macro("text: Hi\n    department: hostin"), `line 16: there is no department "hostin"; did you mean "hosting"?`},
		{"people:\n", macro("text: Hi\n    title: N\n  - id: m1\n    text: Hi"), `line 17: a macro "m1" is declared twice`},
		{"kind, label: Which, type: choice", "kind, label: Which, type: chioce", `line 28: type is "chioce"; it is text, choice, number, date, person or reference; did you mean "choice"?`},
		{"options: [Laptop, Desktop]", "options: [Laptop]", "line 28: a choice needs options"},
		{"options: [Laptop, Desktop]", "options: [Laptop, Desktop, Laptop]", `line 28: the option "Laptop" stands here twice`},
		{"type: person, required", "options: [A, B], required", "line 27: options belong to type: choice, and type is text"},
		{"label: Who, ", "", "line 27: here is no label"},
		{"{id: model,", "{id: kind,", `line 29: a field "kind" is declared twice`},
		{"field: kind", "field: knid", `line 29: there is no field "knid" in form "new-user"; did you mean "kind"?`},
		{"is: Laptop", "is: Laptob", `line 29: "Laptob" is no option of "kind"; did you mean "Laptop"?`},
		{"options: [Laptop, Desktop]}", "options: [Laptop, Desktop], when: {field: model}}", "line 28: kind waits for its own answer: kind waits for model waits for kind; let one of them be asked always"},
		{"field: kind, is: Laptop", "field: model", "line 29: model waits for its own answer"},
		{"    department: hosting\n", "", `line 33: topic "people" has no department`},
		{"department: hosting", "department: hostin", `line 35: there is no department "hostin"; did you mean "hosting"?`},
		{"form: new-user", "form: new-usr", `line 37: there is no form "new-usr"; did you mean "new-user"?`},
		{"form: new-user, type: request", "form: new-user, type: wish", `line 37: type is "wish"; it is incident or request`},
		{"priority: low", "priority: lo", `line 37: priority is "lo"; it is low, normal, high or emergency; did you mean "low"?`},
		{"{id: hired,", "{id: joins,", `line 38: a topic "joins" is declared twice`},
		{"retired: joins", "retired: jons", `line 38: there is no topic "jons"; did you mean "joins"?`},
		{"retired: joins", "retired: hired", "line 38: the successors go round in a circle: hired, hired"},
		{"priority: low}", "retired: hired}", "line 37: the successors go round in a circle: joins, hired, joins"},
		{"retired: joins", "topics: [{id: x}]", "line 38: a third level of topics begins here; there are two"},
		{"{text: Mailbox}", "{text: Computer}", `line 31: "Computer" stands on the checklist twice`},
		{"when: {field: kind}}]", "when: {field: kin}}]", `line 31: there is no field "kin" in form "new-user"; did you mean "kind"?`},
		{"approver: true", "approver: lea", "line 30: here stands the text"},
		{"type: request", "type: request, lead: 3 days", `line 37: lead is "3 days"; write it in hours`},
		{"type: request", "type: request, alerts: [1h, 8h]", "line 37: the times of alerts count backwards"},
		{"type: request", "typo: request", `line 37: there is no field typo here; did you mean "type"?`},
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

// macro declares one on line 14, the rest of which begins on line 15.
func macro(rest string) string {
	return "macros:\n  - id: m1\n    " + rest + "\n    title: M\npeople:\n"
}

// inUTC is a department's open times, the first on line 9.
func inUTC(open ...string) string {
	return "    zone: UTC\n    open:\n      - " + strings.Join(open, "\n      - ")
}

func fridays() string {
	var out []string
	for d := time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC); len(out) < 53; d = d.AddDate(0, 0, 7) {
		out = append(out, d.Format(time.DateOnly))
	}
	return strings.Join(out, ", ")
}

// TestHours reads what the sample says of a department that is open at night.
func TestHours(t *testing.T) {
	text := strings.Replace(good, "    triage: true", inUTC("{days: fri-sun, from: '22:00', to: '6:00'}", "{days: 'mon, wed', from: '8:00', to: '24:00'}")+
		"\n    closed: [2026-12-25, 2026-01-01]\n    promises:\n      - {first_reply: 1h30m}\n      - {priority: high, next_reply: 20m, always: true}", 1)
	p, err := readPlan(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	got := p.desk.Departments[0]
	open := desk.Calendar{Zone: "UTC", Closed: []string{"2026-01-01", "2026-12-25"}}
	open.Week = []desk.Span{
		{Day: time.Sunday, From: 0, To: 360},
		{Day: time.Sunday, From: 1320, To: 1440},
		{Day: time.Monday, From: 0, To: 360},
		{Day: time.Monday, From: 480, To: 1440},
		{Day: time.Wednesday, From: 480, To: 1440},
		{Day: time.Friday, From: 1320, To: 1440},
		{Day: time.Saturday, From: 0, To: 360},
		{Day: time.Saturday, From: 1320, To: 1440},
	}
	promises := []desk.Promise{{FirstReply: 90 * time.Minute}, {Priority: desk.PriorityHigh, NextReply: 20 * time.Minute, Always: true}}
	if !reflect.DeepEqual(got.Open, open) || !reflect.DeepEqual(got.Promises, promises) {
		t.Errorf("got %+v\nand %+v", got.Open, got.Promises)
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
