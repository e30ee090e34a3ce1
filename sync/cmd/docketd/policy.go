package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"docket/app/desk"
	"docket/app/desk/hours"
	"docket/app/desk/policy"
	"docket/storage/ledger"
	"docket/sync/cmd/docketd/run"
)

type policyCmd struct {
	Explain explainCmd `cmd:"" help:"Say what is due on a ticket, when and why."`
	Ending  endingCmd  `cmd:"" help:"List what will be deleted, and what is kept by a legal hold. Changes nothing."`
	Try     tryCmd     `cmd:"" help:"Say what other switches would have made of the tickets there are. Changes nothing."`
}

type explainCmd struct {
	store
	Ticket string `arg:"" help:"Number, reference or id of the ticket."`
}

// Run prints the ticket's agenda in the department's own time.
func (x *explainCmd) Run(ctx context.Context, c console) error {
	return x.view(ctx, func(tx *ledger.Tx) error {
		t, err := find(tx, x.Ticket)
		if err != nil {
			return err
		}
		place, err := tx.Place()
		if err != nil {
			return err
		}
		explain(c.out, t, place.Departments[t.Department])
		return nil
	})
}

// view runs fn on what the ledger holds now.
func (s store) view(ctx context.Context, fn func(*ledger.Tx) error) error {
	l, err := run.Open(ctx, s.config())
	if err != nil {
		return err
	}
	return errors.Join(l.View(ctx, fn), l.Close())
}

// find takes a number as it is shown, with or without #, or a ticket's id.
func find(tx *ledger.Tx, said string) (*desk.Ticket, error) {
	var t *desk.Ticket
	var err error
	if desk.ValidUUID(said) {
		t, err = tx.Ticket(desk.TicketID(said))
	} else {
		var n desk.Number
		if n, err = desk.ParseNumber(said); err != nil {
			return nil, &desk.Error{
				Code: desk.CodeInvalid, Message: fmt.Sprintf("%q is not a ticket's number.", said),
				Hint: "Give the number as the window shows it, such as 20403; its last digit checks the others.",
			}
		}
		t, err = tx.TicketByNumber(n)
	}
	if errors.Is(err, desk.ErrNotFound) {
		return nil, &desk.Error{Code: desk.CodeNotFound, Message: fmt.Sprintf("There is no ticket %s on this desk.", said), Hint: "Look the number up in the window."}
	}
	return t, err
}

func explain(w io.Writer, t *desk.Ticket, d desk.Department) {
	zone := time.UTC
	if z, err := hours.Zone(d.Open.Zone); err == nil {
		zone = z
	}
	at := func(x time.Time) string { return x.In(zone).Format("Mon 2 Jan 2006 15:04:05") }
	fmt.Fprintf(w, "#%s %s\n%s, %s, priority %s; times of %s\n", t.Number, t.Subject, d.Name, strings.ReplaceAll(string(t.Status), "_", " "), t.Priority, zone)
	agenda := policy.Agenda(t)
	if len(agenda) == 0 {
		fmt.Fprintln(w, "  nothing happens by itself")
	}
	for _, it := range agenda {
		fmt.Fprintf(w, "  %s  %s\n", at(it.At), deed(it, t, d))
	}
	for _, k := range t.Clocks.Late {
		fmt.Fprintf(w, "  late: %s\n", deadlines[k])
	}
	explainKeeping(w, t, d, at)
	if t.Clocks.Used > 0 {
		fmt.Fprintf(w, "  %s of the time to solve it are used; the clock stands while others have to do something\n", t.Clocks.Used.Round(time.Second))
	}
}

// explainKeeping says until when a closed ticket is kept, or why there is no end.
func explainKeeping(w io.Writer, t *desk.Ticket, d desk.Department, at func(time.Time) string) {
	switch until := policy.Expires(t, d); {
	case t.Status != desk.Closed:
	case !t.Hold.At.IsZero():
		fmt.Fprintf(w, "  kept: legal hold of %s since %s: %s\n", t.Hold.By, at(t.Hold.At), t.Hold.Reason)
	case until.IsZero():
		fmt.Fprintln(w, "  kept for ever (policy: retention_months is not set)")
	default:
		fmt.Fprintf(w, "  kept at least until %s (policy: retention_months, now %d; linked and merged tickets go with the last of them)\n", at(until), d.Policy.RetentionMonths)
	}
	if !t.FilesGone.IsZero() {
		fmt.Fprintf(w, "  its files were deleted on %s\n", at(t.FilesGone))
	}
}

var deadlines = map[desk.DueKind]string{
	desk.DueFirstReply: "the first reply", desk.DueNextReply: "the next reply", desk.DueAssign: "somebody who has it", desk.DueResolve: "the solution",
}

// deed says what happens and which switch has it so.
func deed(it policy.Item, t *desk.Ticket, d desk.Department) string {
	switch it.Deed {
	case policy.DeedRemind:
		return fmt.Sprintf("the customer is reminded, reminder %d (policy: autoclose and remind)", t.Waiting.Sent+1)
	case policy.DeedEnd:
		if d.Policy.AutoClose == desk.CloseReminders {
			return "solved for want of an answer (policy: autoclose reminders)"
		}
		return fmt.Sprintf("solved for want of an answer (policy: autoclose silence, now %s)", d.Policy.Silent())
	case policy.DeedSettle:
		return fmt.Sprintf("closed (policy: settle_days, now %d)", int(d.Policy.SettleAfter().Hours()/24))
	case policy.DeedTakeUp:
		return "taken up again (on hold until then)"
	case policy.DeedAnnounce:
		return "its requester is told that it will be deleted, 30 days before"
	case policy.DeedFiles:
		return fmt.Sprintf("its files are deleted (policy: file_months, now %d)", d.Policy.FileMonths)
	case policy.DeedDelete:
		return "deleted, on the server and wherever it is kept (its requester has been told)"
	case policy.DeedNudge:
		return fmt.Sprintf("somebody is asked why nothing is done (promise: stale; asked %d times)", t.Clocks.Nudges)
	case policy.DeedLate:
		return fmt.Sprintf("deadline of %s (promise for %s)", deadlines[it.Kind], t.Priority)
	}
	return string(it.Deed)
}

type tryCmd struct {
	store
	Set  []string `required:"" help:"A switch to try, as DEPARTMENT.FIELD=VALUE or DEPARTMENT.PRIORITY.FIELD=VALUE; may be given again." placeholder:"mail.silence=72h"`
	Days int      `help:"How many days back to look." default:"91"`
}

// Run compares what the tickets' own conversations make of today's switches
// and of the ones to try.
func (x *tryCmd) Run(ctx context.Context, c console) error {
	return x.view(ctx, func(tx *ledger.Tx) error {
		d, err := tx.Desk()
		if err != nil {
			return err
		}
		changed, err := run.Change(d.Departments, x.Set)
		if err != nil {
			return err
		}
		since := time.Now().AddDate(0, 0, -x.Days)
		now, then, tickets := map[desk.DeptID]*policy.Tried{}, map[desk.DeptID]*policy.Tried{}, map[desk.DeptID]int{}
		err = tx.EachTicket(func(t *desk.Ticket) error {
			i := slices.IndexFunc(changed, func(d desk.Department) bool { return d.ID == t.Department })
			if i < 0 || t.Updated.Before(since) || !asked(x.Set, t.Department) {
				return nil
			}
			entries, err := tx.Tail(t.ID, 0)
			if err != nil {
				return err
			}
			if tickets[t.Department]++; now[t.Department] == nil {
				now[t.Department], then[t.Department] = &policy.Tried{}, &policy.Tried{}
			}
			now[t.Department].Add(policy.Try(t, entries, d.Departments[i], since))
			then[t.Department].Add(policy.Try(t, entries, changed[i], since))
			return nil
		})
		if err != nil {
			return err
		}
		for _, dept := range d.Departments {
			if !asked(x.Set, dept.ID) {
				continue
			}
			n := tickets[dept.ID]
			fmt.Fprintf(c.out, "%s: %d tickets of the last %d days\n", dept.Name, n, x.Days)
			if n == 0 {
				continue
			}
			a, b := now[dept.ID], then[dept.ID]
			fmt.Fprintf(c.out, "  %d times a customer answered; the ticket would have ended before that %d times, with today's switches %d\n", a.Waits, b.Ended, a.Ended)
			fmt.Fprintf(c.out, "  %d replies were owed; %d would have been late, with today's switches %d\n", a.Replies, b.Late, a.Late)
		}
		return nil
	})
}

func asked(sets []string, d desk.DeptID) bool {
	return slices.ContainsFunc(sets, func(s string) bool { return strings.HasPrefix(s, string(d)+".") })
}
