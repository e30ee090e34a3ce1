package flow_test

import (
	"testing"
	"time"

	"docket/app/desk"
	"docket/app/desk/flow"
	"docket/app/desk/policy"
)

// Who says that somebody is away, and who can stand in (BEHAVIOURS 4.11).
func TestLeave(t *testing.T) {
	h := func(n int) time.Time { return start.Add(time.Duration(n) * time.Hour) }
	eve := desk.Absence{From: h(10), Until: h(100), Substitute: "eve"}
	for _, c := range []struct {
		name, by, who string
		away          desk.Absence
		want          desk.Code
		field         string
	}{
		{"themselves", "ed", "ed", eve, "", ""},
		{"their lead", "lea", "ed", eve, "", ""},
		{"an admin", "ada", "ed", eve, "", ""},
		{"a colleague", "eve", "ed", eve, desk.CodeDenied, "person"},
		{"a lead of others", "lea", "otto", eve, desk.CodeDenied, "person"},
		{"a customer", "rita", "ed", eve, desk.CodeNotFound, ""},
		{"of a customer", "ada", "rita", eve, desk.CodeNotFound, ""},
		{"of nobody", "ada", "nobody", eve, desk.CodeNotFound, ""},
		{"of who is disabled", "ada", "gone", eve, desk.CodeNotFound, ""},
		{"back", "ed", "ed", desk.Absence{}, "", ""},
		{"over already", "ed", "ed", desk.Absence{From: h(-9), Until: h(-1), Substitute: "eve"}, desk.CodeInvalid, "until"},
		{"backwards", "ed", "ed", desk.Absence{From: h(10), Until: h(9), Substitute: "eve"}, desk.CodeInvalid, "until"},
		{"for years", "ed", "ed", desk.Absence{From: h(10), Until: h(24 * 400), Substitute: "eve"}, desk.CodeInvalid, "until"},
		{"nobody stands in", "ed", "ed", desk.Absence{Until: h(9)}, desk.CodeInvalid, "substitute"},
		{"they themselves", "ed", "ed", desk.Absence{Until: h(9), Substitute: "ed"}, desk.CodeInvalid, "substitute"},
		{"a customer stands in", "ed", "ed", desk.Absence{Until: h(9), Substitute: "rita"}, desk.CodeInvalid, "substitute"},
		{"of another department", "ed", "ed", desk.Absence{Until: h(9), Substitute: "otto"}, desk.CodeInvalid, "substitute"},
		{"an admin stands in", "ed", "ed", desk.Absence{Until: h(9), Substitute: "ada"}, "", ""},
	} {
		w := newWorld()
		p, err := flow.Leave(w.place, w.actor(desk.PersonID(c.by)), desk.PersonID(c.who), c.away, w.now)
		if code(err) != c.want || c.field != "" && desk.AsError(err).Field != c.field {
			t.Errorf("%s: %v", c.name, err)
		}
		if err == nil && (p.Away.Until != c.away.Until || p.Away.Substitute != c.away.Substitute) {
			t.Errorf("%s: %+v", c.name, p.Away)
		}
	}
	w := newWorld()
	p := w.place.People["eve"]
	p.Away = desk.Absence{From: h(99), Until: h(200), Substitute: "lea"}
	w.place.People["eve"] = p
	if _, err := flow.Leave(w.place, w.actor("ed"), "ed", eve, w.now); desk.AsError(err).Message != "The eve is away then, too." {
		t.Errorf("two at once: %v", err)
	}
}

// Those who stand in for each other leave nobody.
func TestStandIn(t *testing.T) {
	w := newWorld()
	set := func(who, for_ desk.PersonID) {
		p := w.place.People[who]
		p.Away = desk.Absence{From: start, Until: start.Add(time.Hour), Substitute: for_}
		w.place.People[who] = p
	}
	set("ed", "eve")
	for _, c := range []struct {
		at   time.Duration
		want desk.PersonID
	}{{-time.Second, "ed"}, {0, "eve"}, {time.Hour - 1, "eve"}, {time.Hour, "ed"}} {
		if got := policy.StandIn(w.place.People, "ed", start.Add(c.at)); got != c.want {
			t.Errorf("after %v it is %q", c.at, got)
		}
	}
	set("eve", "ed")
	if got := policy.StandIn(w.place.People, "ed", start); got != "" {
		t.Errorf("in a circle it is %q", got)
	}
	set("ed", "gone")
	if got := policy.StandIn(w.place.People, "ed", start); got != "" {
		t.Errorf("it is %q, who is disabled", got)
	}
}
