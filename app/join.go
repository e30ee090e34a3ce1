package app

import (
	"slices"
	"strings"

	"docket/app/desk"
	"docket/storage/outbox"
)

// JoinedInfo is somebody who has the same trouble.
type JoinedInfo struct {
	Name string `json:"name"`
	Me   bool   `json:"me"`
}

// Suggestion is an open request that what is being written may belong to, or one
// that was solved, with what solved it.
type Suggestion struct {
	Ticket  string `json:"ticket"`
	Number  string `json:"number"`
	Subject string `json:"subject"`
	Who     string `json:"who"`
	Mine    bool   `json:"mine"`
	Story   string `json:"story"`
	// Add says that one may write there, Join that one may say "me too".
	Add  bool `json:"add"`
	Join bool `json:"join"`
	// Solved says that it is over; Again that the new one may follow on it.
	Solved     bool   `json:"solved"`
	Resolution string `json:"resolution"`
	Again      bool   `json:"again"`
}

func (r *rower) joined(t *desk.Ticket) []JoinedInfo {
	out := []JoinedInfo{}
	for _, j := range t.Joined {
		out = append(out, JoinedInfo{Name: r.name(t, j.Person), Me: j.Person == r.me.Person})
	}
	return out
}

// mayJoin reports whether "me too" means anything: on what a colleague asked
// and is not over.
func (r *rower) mayJoin(t *desk.Ticket) bool {
	return can(r.me, t, desk.CmdJoin) && t.Requester != r.me.Person && !t.Status.Done() && t.Into == ""
}

// JoinTicket queues that the person has the same trouble, or, with leave, no
// longer has.
func (a *API) JoinTicket(ticket, impact, severity, said string, leave bool) error {
	return a.do(ticket, func(*session, *desk.Ticket) (desk.Args, error) {
		if leave {
			return desk.Join{Leave: true}, nil
		}
		said, err := line("text", said, maxReason)
		return desk.Join{Impact: desk.Impact(impact), Severity: desk.Severity(severity), Text: said}, err
	})
}

// alikeEnough is how much a subject has in common with one that is open, for
// somebody who is still writing.
const alikeEnough = 0.5

// mostSolved is how many that were solved stand behind them.
const mostSolved = 2

// Suggest gives requests that what is being written may belong to: one's own open
// ones, those of colleagues one may read, and then what was solved before, with
// what solved it first. It asks this computer alone.
func (a *API) Suggest(subject, message string) ([]Suggestion, error) {
	s, err := a.session()
	if err != nil {
		return nil, err
	}
	if subject, err = line("subject", subject, maxText); err != nil {
		return nil, err
	}
	if message, err = text("text", message, maxText); err != nil {
		return nil, err
	}
	out := []Suggestion{}
	if s.me().Role.Staff() {
		return out, nil
	}
	rows, err := s.cache.Like(subject, maxFound)
	if err != nil {
		return nil, err
	}
	mine, err := s.cache.AskedBy(s.me().Person, mostOfPerson)
	if err != nil {
		return nil, err
	}
	r, seen := s.rower(), map[desk.TicketID]bool{}
	head, all := desk.Telling(subject), desk.Telling(subject+" "+message)
	var theirs, solved []Suggestion
	for _, row := range append(rows, mine...) {
		t := &row.Ticket
		if seen[t.ID] || t.Into != "" {
			continue
		}
		seen[t.ID] = true
		x := s.asked(t)
		if max(desk.Similar(head, desk.Telling(t.Subject)), desk.Similar(all, desk.Telling(t.Subject+" "+x.Text))) < alikeEnough {
			continue
		}
		switch g := s.suggestion(r, t); {
		case g.Solved:
			solved = append(solved, g)
		case !g.Add && !g.Join:
		case g.Mine:
			out = append(out, g)
		default:
			theirs = append(theirs, g)
		}
	}
	slices.SortStableFunc(solved, func(x, y Suggestion) int { return one(x.Resolution == "") - one(y.Resolution == "") })
	out = append(out, theirs...)
	return append(out[:min(mostAlike, len(out))], solved[:min(mostSolved, len(solved))]...), nil
}

// suggestion is a ticket as it is offered to who writes a new one.
func (s *session) suggestion(r *rower, t *desk.Ticket) Suggestion {
	g := Suggestion{Ticket: string(t.ID), Number: numberOf(t), Subject: t.Subject, Who: r.name(t, t.Requester), Mine: t.Requester == r.me.Person, Story: r.story(t)}
	may := can(r.me, t, desk.CmdReply)
	if t.Status.Done() {
		g.Solved, g.Resolution, g.Again = true, t.Resolution, may
		return g
	}
	g.Add = may
	g.Join = r.mayJoin(t) && !slices.ContainsFunc(t.Joined, func(j desk.Joiner) bool { return j.Person == r.me.Person })
	return g
}

// AddInstead queues what was written as a new request as a message on one that
// is there, with its files. The draft goes once that is kept.
func (a *API) AddInstead(ticket, draft, subject, message string, files []string) error {
	s, l, err := a.on(ticket)
	if err != nil {
		return err
	}
	if !validKey(draft) || !strings.HasPrefix(draft, "new/") {
		return wrong("draft", "That is not a draft.")
	}
	keep := outbox.Draft{Key: draft, Kind: outbox.DraftNew}
	if old, ok := s.out.Draft(draft); ok {
		keep = old
	}
	if keep.Subject, err = line("subject", subject, maxText); err != nil {
		return err
	}
	if keep.Text, err = text("text", message, maxText); err != nil {
		return err
	}
	args := desk.Reply{Text: joined(keep.Subject, keep.Text)}
	if args.Files, err = s.attachments(files, draft); err != nil {
		return err
	}
	keep.Files = args.Files
	return s.queue(s.command(l.ticket.ID, l.confirmed, args), l, keep)
}
