package app

import (
	"time"

	"docket/app/desk"
	"docket/storage/outbox"
)

// LogCall queues telling of a phone call.
func (a *API) LogCall(ticket string, c CallLog, basis int) error {
	s, l, err := a.on(ticket)
	if err != nil {
		return err
	}
	args := desk.LogCall{Talk: desk.Talk{
		Direction: desk.Direction(c.Direction), Outcome: desk.CallOutcome(c.Outcome), Minutes: c.Minutes,
	}}
	if args.Talk.With, args.Talk.WithName, args.Talk.Started, err = talkWith(c.With, c.Name, c.Started); err != nil {
		return err
	}
	if args.Talk.Number, err = line("number", c.Number, maxReason); err != nil {
		return err
	}
	if args.Text, err = text("text", c.Text, maxText); err != nil {
		return err
	}
	if args.NoMessage, err = line("no_message", c.NoMessage, maxReason); err != nil {
		return err
	}
	if args.Note, err = text("note", c.Note, maxText); err != nil {
		return err
	}
	return s.queue(s.command(l.ticket.ID, basisOf(basis, l), args), l, outbox.Draft{})
}

// RecordChat queues keeping a chat that was held elsewhere.
func (a *API) RecordChat(ticket, with, name, started, transcript string) error {
	return a.do(ticket, func(*session, *desk.Ticket) (desk.Args, error) {
		args := desk.RecordChat{}
		var err error
		if args.With, args.WithName, args.Started, err = talkWith(with, name, started); err != nil {
			return nil, err
		}
		args.Text, err = text("text", transcript, maxText)
		return args, err
	})
}

// PostNotice queues a notice to the customer.
func (a *API) PostNotice(ticket, message string, basis int) error {
	s, l, err := a.on(ticket)
	if err != nil {
		return err
	}
	args := desk.PostNotice{}
	if args.Text, err = text("text", message, maxText); err != nil {
		return err
	}
	return s.queue(s.command(l.ticket.ID, basisOf(basis, l), args), l, outbox.Draft{})
}

// talkWith reads whom a talk was with, by id or by name, and when it began.
func talkWith(with, name, started string) (id desk.PersonID, who string, at time.Time, err error) {
	if with != "" {
		if id, err = person("with", with); err != nil {
			return id, who, at, err
		}
	}
	if who, err = line("with", name, maxReason); err != nil {
		return id, who, at, err
	}
	at, err = moment("started", started)
	return id, who, at, err
}

// talkLine tells of a call or a chat in one plain sentence. When it began is
// said where the time beside the entry does not say so already.
func (r *rower) talkLine(t *desk.Ticket, e desk.Entry) string {
	who := or(e.AuthorName, r.name(t, e.Author))
	if e.Author == r.me.Person {
		who = "You"
	}
	with := or(e.Talk.WithName, r.name(t, e.Talk.With))
	if e.Talk.With != "" && e.Talk.With == r.me.Person {
		with = "you"
	}
	when := ""
	if at := e.Talk.Started.Local(); !at.IsZero() && e.At.Sub(at) > 5*time.Minute {
		when = ", " + at.Format("15:04")
		if day(at) != day(e.At) {
			when = ", " + day(at) + when[1:]
		}
	}
	if e.Kind == desk.Chat && e.Reason != "" { // held here
		return say("Chat with {with}", "with", with) + when
	}
	if e.Kind == desk.Chat {
		return say("{who} kept a chat with {with}", "who", who, "with", with) + when
	}
	number := ""
	if e.Talk.Number != "" {
		number = " (" + e.Talk.Number + ")"
	}
	incoming := e.Talk.Direction == desk.Incoming
	switch {
	case incoming && e.Talk.Outcome == desk.Voicemail:
		return say("{who} noted a voicemail from {with}", "who", who, "with", with) + number + when
	case incoming && e.Talk.Outcome == desk.NoAnswer:
		return say("{who} noted a missed call from {with}", "who", who, "with", with) + number + when
	case incoming:
		return say("{who} took a call from {with}", "who", who, "with", with) + number + minutes(e.Talk.Minutes) + when
	case e.Talk.Outcome == desk.Voicemail:
		return say("{who} called {with}{number} and left a voicemail", "who", who, "with", with, "number", number) + when
	case e.Talk.Outcome == desk.NoAnswer:
		return say("{who} called {with}{number}, nobody answered", "who", who, "with", with, "number", number) + when
	}
	return say("{who} called {with}", "who", who, "with", with) + number + minutes(e.Talk.Minutes) + when
}

func minutes(n int) string {
	if n <= 0 {
		return ""
	}
	return ", " + say("{n, plural, one {# minute} other {{n} minutes}}", "n", n)
}
