package app

import (
	"errors"
	"strings"
	"time"

	"docket/app/desk"
	"docket/app/desk/flow"
	"docket/app/language"
	"docket/storage/outbox"
)

// command makes a command on a ticket.
func (s *session) command(id desk.TicketID, basis uint64, args desk.Args) desk.Command {
	return desk.Command{ID: desk.CommandID(newID()), Ticket: id, Basis: basis, Composed: s.api.now().UTC().Truncate(time.Millisecond), Args: args}
}

// queue puts a command into the outbox. What the rules would refuse anyway is
// refused here, where its author can still change it; what is held is for the
// server to say. keep, if it has a key, is the draft the text came from: it is
// dropped once the outbox has the text on disk, and kept if it has not.
func (s *session) queue(cmd desk.Command, l laid, keep outbox.Draft) error {
	if err := s.mayQueue(cmd, l); err != nil {
		if failed := s.keep(keep); failed != nil {
			s.api.deps.Log.Warn("keep draft", "err", failed)
		}
		return err
	}
	if _, err := s.out.Add(cmd, s.notBefore(cmd, &l.ticket)); err != nil {
		return s.notQueued(err, keep)
	}
	if keep.Key != "" {
		s.out.DropSentDraft(keep.Key)
	}
	return nil
}

// notBefore is until when a message waits here, so that its author can take it
// back; zero for what goes at once. A request that is opened goes at once: its
// number is waited for.
func (s *session) notBefore(cmd desk.Command, t *desk.Ticket) time.Time {
	switch cmd.Args.(type) {
	case desk.Reply, desk.AddNote:
		if grace := s.place().Departments[t.Department].Policy.Grace(); grace > 0 {
			return s.api.now().Add(grace)
		}
	}
	return time.Time{}
}

func (s *session) mayQueue(cmd desk.Command, l laid) error {
	if cmd.Args.Kind().Helps() {
		return s.mayHelp(cmd)
	}
	st := desk.State{Place: s.place(), ReadUpTo: l.read, About: s.about(cmd)}
	if cmd.Args.Kind() == desk.CmdFollow {
		st.Follows = s.follows()
	}
	if a, ok := cmd.Args.(desk.SaveView); ok {
		s.viewState(&st, a.View)
	}
	if cmd.Args.Kind() != desk.CmdOpen {
		st.Ticket, st.Other = &l.ticket, s.other(cmd, &l.ticket)
	}
	_, err := flow.Decide(st, cmd, s.me(), s.api.now())
	if errors.Is(err, desk.ErrHeld) {
		return nil
	}
	return err
}

// keep saves the newest form of a text that could not be queued.
func (s *session) keep(d outbox.Draft) error {
	if d.Key == "" || d.Empty() {
		return nil
	}
	d.Updated = s.api.now()
	return s.out.PutDraft(d)
}

// notQueued says where the text is when the outbox could not take it.
func (s *session) notQueued(err error, d outbox.Draft) error {
	e := *desk.AsError(err)
	if d.Key == "" {
		return &e
	}
	kept := "Your text is kept as a draft."
	if s.keep(d) != nil {
		kept = "Your text is still in the window and nowhere else: leave the window open."
	}
	// Two sentences are one advice, so it is said here and not at the window.
	message, hint := language.Error(&e)
	e.Said, e.Message, e.Hint = nil, message, strings.TrimSpace(say(kept)+" "+hint)
	return &e
}

// on opens a ticket for a command of the page.
func (a *API) on(ticket string) (*session, laid, error) {
	s, err := a.session()
	if err != nil {
		return nil, laid{}, err
	}
	id, err := ticketID(ticket)
	if err != nil {
		return nil, laid{}, err
	}
	l, err := s.lay(id)
	return s, l, err
}

// maxText bounds what is looked at at all.
const maxText = 4 * flow.MaxText

// OpenTicket queues a new ticket.
func (a *API) OpenTicket(t NewTicket) (Opened, error) {
	s, err := a.session()
	if err != nil {
		return Opened{}, err
	}
	if t.Draft != "" && !validKey(t.Draft) {
		return Opened{}, wrong("draft", "That is not a draft.")
	}
	keep := outbox.Draft{Key: t.Draft, Kind: outbox.DraftNew, Private: t.Private}
	if keep.Key == "" {
		keep.Key = "new/" + newID()
	}
	args := desk.Open{Private: t.Private}
	if args.Subject, err = line("subject", t.Subject, maxText); err != nil {
		return Opened{}, err
	}
	if args.Text, err = text("text", t.Text, maxText); err != nil {
		return Opened{}, err
	}
	if args.Urgency, err = urgency(t.Urgency); err != nil {
		return Opened{}, err
	}
	if args.Type, err = kindOf(t.Type); err != nil {
		return Opened{}, err
	}
	if args.Claim, err = claimOf(t.Claim); err != nil {
		return Opened{}, err
	}
	if args.Topic, args.Filled, err = filed(t.Filed); err != nil {
		return Opened{}, err
	}
	if err := wanted(t.Wanted, &args); err != nil {
		return Opened{}, err
	}
	if args.CCs, err = people("ccs", t.CCs); err != nil {
		return Opened{}, err
	}
	if args.Refs, err = references(t.Refs); err != nil {
		return Opened{}, err
	}
	for _, id := range t.Tried {
		args.Tried = append(args.Tried, desk.ArticleID(id))
	}
	if t.Recurs != "" {
		if args.Recurs, err = ticketID(t.Recurs); err != nil {
			return Opened{}, err
		}
	}
	if err := under(t, &args); err != nil {
		return Opened{}, err
	}
	keep.Recurs, keep.Tried, keep.Entitlement, keep.Release = args.Recurs, args.Tried, args.Entitlement, args.Release
	if args.Files, err = s.attachments(t.Files, keep.Key); err != nil {
		return Opened{}, err
	}
	keep.Subject, keep.Text, keep.Urgency, keep.Type, keep.CCs, keep.Refs, keep.Files = args.Subject, args.Text, args.Urgency, args.Type, args.CCs, args.Refs, args.Files
	if args.Department, err = department(t.Department); err != nil {
		return Opened{}, err
	}
	if t.Org != "" {
		if !desk.ValidSlug(t.Org) {
			return Opened{}, wrong("org", "That is not an organization.")
		}
		args.Org = desk.OrgID(t.Org)
	}
	if t.Requester != "" {
		if args.Requester, err = person("requester", t.Requester); err != nil {
			return Opened{}, err
		}
	}
	keep.Claim, keep.Topic, keep.Filled = args.Claim, args.Topic, args.Filled
	keep.NeededBy, keep.Expedite, keep.Approver = args.NeededBy, args.Expedite, args.Approver
	keep.Department, keep.Org, keep.Requester = args.Department, args.Org, args.Requester
	return s.opens(args, keep)
}

// opens queues a new ticket and says so on the one it follows on.
func (s *session) opens(args desk.Open, keep outbox.Draft) (Opened, error) {
	id := desk.TicketID(newID())
	if err := s.queue(s.command(id, 0, args), laid{}, keep); err != nil {
		return Opened{}, err
	}
	if args.Recurs != "" {
		s.followed(args.Recurs, id)
	}
	return Opened{Ticket: string(id), Reference: id.Reference()}, nil
}

func references(in []Ref) ([]desk.Reference, error) {
	if len(in) > flow.MaxRefs {
		return nil, wrong("refs", "So many things do not fit into one request.")
	}
	var out []desk.Reference
	for _, x := range in {
		id, err := line("refs", x.ID, 400)
		if err != nil {
			return nil, err
		}
		label, err := line("refs", x.Label, 400)
		if err != nil {
			return nil, err
		}
		switch x.Kind {
		case "service", "domain", "invoice", "text":
		default:
			return nil, wrong("refs", "That is not something a request can be about.")
		}
		out = append(out, desk.Reference{Kind: x.Kind, ID: id, Label: label})
	}
	return out, nil
}

// basisOf bounds what the page says it had shown by what there is: a higher
// number would hide what comes next.
func basisOf(basis int, l laid) uint64 {
	if basis < 0 {
		return 0
	}
	return min(uint64(basis), l.confirmed)
}

// Reply queues a public message.
func (a *API) Reply(ticket, message string, files []string, basis int, then string, more Beside) error {
	s, l, err := a.on(ticket)
	if err != nil {
		return err
	}
	args := desk.Reply{}
	if args.Text, err = text("text", message, maxText); err != nil {
		return err
	}
	if then != "" {
		if args.Then, err = status(then); err != nil {
			return err
		}
	}
	if err := beside(more, &args); err != nil {
		return err
	}
	keep := outbox.Draft{
		Key: draftKey(l.ticket.ID, outbox.DraftReply), Ticket: l.ticket.ID, Kind: outbox.DraftReply, Text: args.Text,
		Asks: args.Asks, Answers: args.Answers, Refers: args.Refers, Corrects: args.Corrects, Then: args.Then, Also: args.Also, Basis: basisOf(basis, l),
	}
	if args.Files, err = s.attachments(files, keep.Key); err != nil {
		return err
	}
	keep.Files = args.Files
	return s.queue(s.command(l.ticket.ID, keep.Basis, args), l, keep)
}

// AddNote queues an internal note.
func (a *API) AddNote(ticket, message string, files []string, mentions []string) error {
	s, l, err := a.on(ticket)
	if err != nil {
		return err
	}
	args := desk.AddNote{}
	if args.Text, err = text("text", message, maxText); err != nil {
		return err
	}
	if args.Mentions, err = people("mentions", mentions); err != nil {
		return err
	}
	keep := outbox.Draft{
		Key: draftKey(l.ticket.ID, outbox.DraftNote), Ticket: l.ticket.ID, Kind: outbox.DraftNote, Text: args.Text,
		Mentions: args.Mentions, Basis: l.confirmed,
	}
	if args.Files, err = s.attachments(files, keep.Key); err != nil {
		return err
	}
	keep.Files = args.Files
	return s.queue(s.command(l.ticket.ID, l.confirmed, args), l, keep)
}

// making gives what a command asks of a ticket as it stands.
type making func(s *session, t *desk.Ticket) (desk.Args, error)

// do queues a command without a draft.
func (a *API) do(ticket string, args making) error {
	s, l, err := a.on(ticket)
	if err != nil {
		return err
	}
	x, err := args(s, &l.ticket)
	if err != nil {
		return err
	}
	return s.queue(s.command(l.ticket.ID, l.confirmed, x), l, outbox.Draft{})
}

// maxReason bounds a reason before the rules look at it.
const maxReason = 4 * flow.MaxReason

// SetStatus queues a move between statuses.
func (a *API) SetStatus(ticket, to, until, reason string) error {
	return a.do(ticket, moving(to, until, reason))
}

func moving(to, until, reason string) making {
	return func(_ *session, t *desk.Ticket) (desk.Args, error) {
		st, err := status(to)
		if err != nil {
			return nil, err
		}
		at, err := moment("until", until)
		if err != nil {
			return nil, err
		}
		reason, err := text("reason", reason, maxReason)
		return desk.SetStatus{From: t.Status, To: st, Until: at, Reason: reason}, err
	}
}

// SetPriority queues a priority. told is for the customer, where it is less than
// they called it.
func (a *API) SetPriority(ticket, to, reason, told string) error {
	return a.do(ticket, prioritizing(to, reason, told))
}

func prioritizing(to, reason, told string) making {
	return func(_ *session, t *desk.Ticket) (desk.Args, error) {
		p, err := priority(to)
		if err != nil {
			return nil, err
		}
		said, err := text("told", told, maxReason)
		if err != nil {
			return nil, err
		}
		why, err := text("reason", reason, maxReason)
		return desk.SetPriority{From: t.Priority, To: p, Reason: why, Told: said}, err
	}
}

// SetCCs queues who follows the conversation; whole lets those added read what
// was written before.
func (a *API) SetCCs(ticket string, add, remove []string, whole bool) error {
	return a.do(ticket, func(*session, *desk.Ticket) (desk.Args, error) {
		in, err := people("ccs", add)
		if err != nil {
			return nil, err
		}
		out, err := people("ccs", remove)
		return desk.SetCCs{Add: in, Remove: out, Whole: whole}, err
	})
}

// Rename queues a better subject.
func (a *API) Rename(ticket, subject string) error {
	return a.do(ticket, func(_ *session, t *desk.Ticket) (desk.Args, error) {
		to, err := line("subject", subject, maxReason)
		return desk.Rename{From: t.Subject, To: to}, err
	})
}

// SetPrivate queues hiding a ticket from colleagues.
func (a *API) SetPrivate(ticket string, on bool) error {
	return a.do(ticket, func(*session, *desk.Ticket) (desk.Args, error) { return desk.SetPrivate{Private: on}, nil })
}
