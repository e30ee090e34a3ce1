package flow_test

import (
	"encoding/json"
	"fmt"
	"time"

	"docket/app/desk"
	"docket/app/desk/access"
	"docket/app/desk/policy"
)

// counts notes the first reply that a change gave, as "mail normal 40m0s", and
// holds that it follows from what customers know (BEHAVIOURS 1.13): from their
// forms of the ticket and of what was added comes the same.
func (w *world) counts(ch desk.Change) error {
	w.replied = ""
	if ch.HeadSame || w.t == nil {
		return nil
	}
	got := repliedOf(w.t, &ch.Ticket, ch.Entries, w.place)
	var shown []desk.Entry
	for _, e := range ch.Entries {
		if c, ok := access.CustomerEntry(e); ok {
			x := as[desk.Entry](c)
			x.Audience = desk.Public
			shown = append(shown, x)
		}
	}
	before, after := as[desk.Ticket](access.Customer(w.t)), as[desk.Ticket](access.Customer(&ch.Ticket))
	if known := repliedOf(&before, &after, shown, w.place); known != got {
		return fmt.Errorf("BROKEN: a first reply counts as %q, and as %q by what customers know", got, known)
	}
	w.replied = got
	return nil
}

func repliedOf(was, is *desk.Ticket, entries []desk.Entry, place desk.Place) string {
	r, ok := policy.Replied(policy.FirstAwaited(was), is, entries, place)
	if !ok {
		return ""
	}
	return fmt.Sprintf("%s %s %s", r.Department, r.Urgency, r.Took.Round(time.Second))
}

// as reads one form as another, as whoever is sent it does.
func as[T any](v any) T {
	var out T
	if err := json.Unmarshal(mustJSON(v), &out); err != nil {
		panic(err)
	}
	return out
}

// stands compares what who asks for the ticket is told of where it stands, among
// all tickets of the history, with what is wanted (BEHAVIOURS 4.9, N7).
func (h *history) stands(want []string) error {
	var queue, outages [][]byte
	for _, w := range h.w.beside {
		if w.t == nil || w.t.Department != h.w.t.Department {
			continue
		}
		if policy.Queued(w.t) {
			queue = append(queue, policy.Place(w.t))
		}
		if policy.Outage(w.t) {
			outages = append(outages, policy.Place(w.t))
		}
	}
	p := policy.Stands(h.w.t, queue, outages)
	return expect(want, map[string]string{
		"waits": fmt.Sprint(p.Waits), "queued": fmt.Sprint(p.Queued), "outages": fmt.Sprint(p.Outages), "outages.later": fmt.Sprint(p.OutagesLater),
		"others": fmt.Sprint(p.Others), "others.later": fmt.Sprint(p.OthersLater),
	})
}
