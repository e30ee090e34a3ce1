package app

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"docket/app/desk"
	"docket/app/desk/policy"
)

// catchUpMost is how many lines of a kind a person is told; the rest is a
// number. Every ticket of it is in the lists all the same.
const catchUpMost = 50

// CatchUp tells what changed while the person could not see it, nil for
// nothing (BEHAVIOURS N6).
func (a *API) CatchUp() (*CatchUp, error) {
	s, err := a.session()
	if err != nil {
		return nil, err
	}
	return s.catchUp(s.tell.caught()), nil
}

// CatchUpSeen says the catch-up was read.
func (a *API) CatchUpSeen() error {
	s, err := a.session()
	if err != nil {
		return err
	}
	s.tell.caughtUp()
	return nil
}

func (s *session) catchUp(changed map[desk.TicketID]bool, since time.Time) *CatchUp {
	c := &CatchUp{Since: stamp(since), NeedsYou: []CatchUpLine{}, Done: []CatchUpLine{}}
	r := s.rower()
	for _, id := range order(changed) {
		l, err := s.lay(id)
		if err != nil {
			continue // it left in the meantime
		}
		t := &l.ticket
		turn := policy.Turn(t, r.me)
		x := CatchUpLine{Ticket: string(id), Title: numberOf(t) + " " + t.Subject, Sub: r.last(t), Turn: string(turn), At: stamp(t.Updated)}
		switch {
		case turn == policy.Yours || turn == policy.Nobody && l.confirmed > l.read:
			c.NeedsYou = append(c.NeedsYou, x)
		case turn == policy.Solved:
			c.Done = append(c.Done, x)
		default:
			c.Others++
		}
	}
	if len(c.NeedsYou)+len(c.Done)+c.Others == 0 {
		return nil
	}
	newest := func(a, b CatchUpLine) int { return strings.Compare(b.At, a.At) }
	slices.SortStableFunc(c.NeedsYou, func(a, b CatchUpLine) int {
		if (a.Turn == string(policy.Yours)) != (b.Turn == string(policy.Yours)) {
			if a.Turn == string(policy.Yours) {
				return -1
			}
			return 1
		}
		return newest(a, b)
	})
	slices.SortStableFunc(c.Done, newest)
	for _, l := range []*[]CatchUpLine{&c.NeedsYou, &c.Done} {
		if n := len(*l) - catchUpMost; n > 0 {
			*l, c.Others = (*l)[:catchUpMost], c.Others+n
		}
	}
	return c
}

// last is who said what last, in one line.
func (r *rower) last(t *desk.Ticket) string {
	if t.LastText == "" {
		return ""
	}
	return r.name(t, t.LastBy) + ": " + spokenCall(strings.Join(strings.Fields(t.LastText), " "))
}

// spokenCall is the last line of a ticket whose last was a call of which nothing
// was written down: that stands in its head in English. Any other is as it is.
func spokenCall(line string) string {
	switch line {
	case "Voicemail", "Missed call", "Call, no answer", "Call":
		return say(line)
	case "Call, 1 minute":
		return say("Call, {n, plural, one {# minute} other {# minutes}}", "n", 1)
	}
	var n int
	if _, err := fmt.Sscanf(line, "Call, %d minutes", &n); err == nil && line == fmt.Sprintf("Call, %d minutes", n) {
		return say("Call, {n, plural, one {# minute} other {# minutes}}", "n", n)
	}
	return line
}
