package app

import (
	"time"

	"docket/app/desk"
	"docket/app/desk/policy"
)

// SnoozeInfo is until when, why and by whom the team put a ticket aside.
type SnoozeInfo struct {
	Until  string `json:"until"`
	Answer bool   `json:"answer"`
	Reason string `json:"reason"`
	By     string `json:"by"`
}

// Snooze queues putting a ticket aside until a time or, with answer, until the
// customer writes; with neither, taking it back.
func (a *API) Snooze(ticket, until string, answer bool, reason string) error {
	return a.do(ticket, snoozing(until, answer, reason))
}

func snoozing(until string, answer bool, reason string) making {
	return func(*session, *desk.Ticket) (desk.Args, error) {
		at, err := moment("until", until)
		if err != nil {
			return nil, err
		}
		why, err := line("reason", reason, maxReason)
		return desk.SnoozeTicket{Until: at, Answer: answer, Reason: why}, err
	}
}

func (r *rower) snooze(t *desk.Ticket) *SnoozeInfo {
	if !policy.Snoozed(t) {
		return nil
	}
	return &SnoozeInfo{Until: stamp(t.Snooze.Until), Answer: t.Snooze.Answer, Reason: t.Snooze.Reason, By: r.name(t, t.Snooze.By)}
}

func snoozedLine(e desk.Entry, who string) string {
	at, err := time.Parse(time.RFC3339, e.To)
	if err != nil {
		return say("{who} took this back from among what is put aside", "who", who) + more(e.Reason)
	}
	return say("{who} put this aside until {until, date, moment}", "who", who, "until", at.Local()) + more(e.Reason)
}
