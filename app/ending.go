package app

import (
	"docket/app/desk"
	"docket/storage/outbox"
)

// CloseTicket queues solving a ticket. Cause and early are the team's.
func (a *API) CloseTicket(ticket, reason, cause string, early bool) error {
	return a.do(ticket, func(s *session, t *desk.Ticket) (desk.Args, error) {
		reason, err := text("reason", reason, maxReason)
		if !s.me().Role.Staff() || t.Requester == s.me().Person {
			return desk.CloseTicket{Reason: reason}, err
		}
		c := desk.Cause(cause)
		if c != "" && c.Words() == "" {
			return nil, wrong("cause", "That is not a cause.")
		}
		return desk.CloseTicket{Resolution: reason, Cause: c, Early: early}, err
	})
}

// Reopen queues taking a ticket up again.
func (a *API) Reopen(ticket, reason string) error {
	return a.do(ticket, func(*session, *desk.Ticket) (desk.Args, error) {
		reason, err := text("reason", reason, maxReason)
		return desk.Reopen{Reason: reason}, err
	})
}

// Recur queues a new request that follows on a closed one, with the text and
// the files that were written as a reply to that.
func (a *API) Recur(ticket, message string, files []string) (Opened, error) {
	s, l, err := a.on(ticket)
	if err != nil {
		return Opened{}, err
	}
	t := &l.ticket
	args := s.recurrence(t)
	if args.Text, err = text("text", message, maxText); err != nil {
		return Opened{}, err
	}
	keep := outbox.Draft{Key: draftKey(t.ID, outbox.DraftReply), Ticket: t.ID, Kind: outbox.DraftReply, Text: args.Text, Basis: l.confirmed}
	if args.Files, err = s.attachments(files, keep.Key); err != nil {
		return Opened{}, err
	}
	keep.Files = args.Files
	return s.opens(args, keep)
}

// followed says on the earlier ticket that a new one follows on it. The new one
// says so itself; that this one could not is no reason to stop it.
func (s *session) followed(earlier, later desk.TicketID) {
	l, err := s.lay(earlier)
	if err == nil {
		err = s.queue(s.command(earlier, l.confirmed, desk.LinkTicket{Kindred: desk.Recurred, To: later}), l, outbox.Draft{})
	}
	if err != nil {
		s.api.deps.Log.Warn("link the earlier request", "err", err)
	}
}

// links are the tickets t names that its reader has, too. Of another one not
// even that it is there is told.
func (s *session) links(t *desk.Ticket) []LinkInfo {
	out := []LinkInfo{}
	for _, x := range t.Links {
		if l, err := s.lay(x.Ticket); err == nil {
			out = append(out, LinkInfo{Kind: string(x.Kind), Ticket: string(x.Ticket), Number: numberOf(&l.ticket), Subject: l.ticket.Subject})
		}
	}
	return out
}
