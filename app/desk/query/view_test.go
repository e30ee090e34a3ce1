package query_test

import (
	"strings"
	"testing"
	"time"

	"docket/app/desk/policy"
	"docket/app/desk/query"
)

func TestAViewIsItsId(t *testing.T) {
	zone := time.FixedZone("there", 3600)
	id := func(text, now string) policy.ViewID {
		q, _ := query.Parse(text)
		return q.ViewID(at(now).In(zone))
	}
	if id("is:open  tag:DNS", "2026-11-29 12:00") != id("status:open tag:dns", "2027-01-01 12:00") {
		t.Error("one question has two lists")
	}
	if id("before:7d", "2026-11-29 00:00") != id("before:7d", "2026-11-29 22:30") || id("before:7d", "2026-11-29 22:30") == id("before:7d", "2026-11-29 23:30") {
		t.Error("a list by days is one for each of the reader's days")
	}
	if id("before:2026-11", "2026-11-29 00:00") != id("before:2026-11", "2026-12-29 00:00") {
		t.Error("a date that stands is one list on every day")
	}
	v := id("before:3w -tag:~x", "2026-11-29 12:00")
	if strings.Contains(string(v), "~") || !query.IsView(v.In(policy.ByDue)) || query.IsView(policy.ViewMine) {
		t.Errorf("%s", v)
	}
	for now, want := range map[string]bool{"2026-11-29 12:00": true, "2026-11-24 22:59": false} {
		l, ok := query.ReadView(id("before:3w tag:dns", now), zone)
		if !ok || l.Has(ticket(), jonas, false) != want {
			t.Errorf("on %s: %t", now, !want)
		}
	}
	if l, ok := query.ReadView(id("is:unread", "2026-11-29 12:00"), zone); !ok || !l.Has(ticket(), jonas, true) || l.Has(ticket(), jonas, false) {
		t.Error("what was read is in it")
	}
	for _, bad := range []policy.ViewID{"", "mine", "query0::aXM6b3Blbg", "query1::%%", policy.ViewID("dept:mail")} {
		if _, ok := query.ReadView(bad, zone); ok {
			t.Errorf("%q is a list", bad)
		}
	}
}
