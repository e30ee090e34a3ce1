package app

import (
	"slices"
	"time"

	"docket/app/desk"
	"docket/app/desk/policy"
	"docket/app/notify"
)

// MisuseInfo is what the team knows of an urgency beside its priority, and what
// counts against whoever chose it.
type MisuseInfo struct {
	// Claimed is what the customer called it, Doubted says that this waits for the
	// team's word, and Tell that the customer is told why where it is less.
	Claimed string `json:"claimed"`
	Doubted bool   `json:"doubted"`
	Tell    bool   `json:"tell"`
	// Struck says that this ticket counts, by whom and why.
	Struck bool   `json:"struck"`
	By     string `json:"by"`
	At     string `json:"at"`
	Reason string `json:"reason"`
	// Strikes count now; Words is what follows from them.
	Strikes int    `json:"strikes"`
	Words   string `json:"words"`
	// Next is what one more would mean.
	Next string `json:"next"`
	// May are what the reader may do about it: strike, unstrike, ban, unban.
	May []string `json:"may"`
}

// StandingInfo is what counts against the person themselves.
type StandingInfo struct {
	// Does is "", warn, confirm, no_high or ban, Until when that is over by itself.
	Does    string       `json:"does"`
	Until   string       `json:"until"`
	Strikes []StrikeInfo `json:"strikes"`
	// Reason is a lead's, of a ban. Appeal is where to object.
	Reason     string `json:"reason"`
	Appeal     string `json:"appeal"`
	AppealName string `json:"appealName"`
}

// StrikeInfo is a request that counts, as far as it is on this computer.
type StrikeInfo struct {
	Ticket  string `json:"ticket"`
	Number  string `json:"number"`
	Subject string `json:"subject"`
	At      string `json:"at"`
	Until   string `json:"until"`
	Reason  string `json:"reason"`
}

// CountMisuse queues counting a ticket against whoever called it urgent.
func (a *API) CountMisuse(ticket, reason string) error {
	return a.do(ticket, func(*session, *desk.Ticket) (desk.Args, error) {
		reason, err := line("reason", reason, maxReason)
		return desk.CountMisuse{Reason: reason}, err
	})
}

// UncountMisuse queues taking that back.
func (a *API) UncountMisuse(ticket, reason string) error {
	return a.do(ticket, func(*session, *desk.Ticket) (desk.Args, error) {
		reason, err := line("reason", reason, maxReason)
		return desk.UncountMisuse{Reason: reason}, err
	})
}

// SetBan queues a lead's word on whether anything new is taken from whoever
// opened the ticket.
func (a *API) SetBan(ticket string, ban bool, reason string) error {
	return a.do(ticket, func(*session, *desk.Ticket) (desk.Args, error) {
		reason, err := line("reason", reason, maxReason)
		return desk.SetBan{Ban: ban, Reason: reason}, err
	})
}

// Standing gives what counts against the person; it is theirs and the team's.
func (a *API) Standing() (StandingInfo, error) {
	s, err := a.session()
	if err != nil {
		return StandingInfo{}, err
	}
	r, place := s.rower(), s.place()
	standing := policy.StandingOf(place, r.me.Person)
	c := policy.Follows(place.Misuse, standing, r.now)
	out := StandingInfo{Does: string(c.Does), Until: stamp(c.Until), Strikes: []StrikeInfo{}}
	if c.Strikes == 0 {
		return out, nil
	}
	out.Appeal, out.AppealName = string(place.Misuse.Appeal), place.Departments[place.Misuse.Appeal].Name
	if c.Does == desk.SanctionBan {
		out.Reason = standing.BanReason
	}
	for _, x := range standing.Strikes {
		until := x.At.Add(place.Misuse.Lasts())
		if !until.After(r.now) {
			continue
		}
		i := StrikeInfo{Ticket: string(x.Ticket), At: stamp(x.At), Until: stamp(until), Reason: x.Reason}
		if t, _, err := s.cache.Ticket(x.Ticket); err == nil {
			i.Number, i.Subject = numberOf(&t), t.Subject
		}
		out.Strikes = append(out.Strikes, i)
	}
	return out, nil
}

// counted tells the person once of each strike against them, and of each that
// was taken back while it counted.
func (t *teller) counted() {
	before, place := t.strikes, t.s.place()
	now := place.OwnStanding.Standing.Strikes
	if t.strikes = now; t.fresh {
		return
	}
	among := func(in []desk.Strike, x desk.Strike) bool {
		return slices.ContainsFunc(in, func(y desk.Strike) bool { return y.Ticket == x.Ticket && y.At.Equal(x.At) })
	}
	tell := func(x desk.Strike, back bool) {
		var about *desk.Ticket
		if head, _, err := t.s.cache.Ticket(x.Ticket); err == nil {
			about = &head
		}
		t.s.notice(false, notify.CountedOf(x, back, about))
	}
	for _, x := range now {
		if !among(before, x) {
			tell(x, false)
		}
	}
	for _, x := range before {
		if !among(now, x) && x.At.Add(place.Misuse.Lasts()).After(t.s.api.now()) {
			tell(x, true)
		}
	}
}

// misuse is for whoever decides the priority; nil where nothing was called
// urgent and nothing counts.
func (r *rower) misuse(t *desk.Ticket) *MisuseInfo {
	if !can(r.me, t, desk.CmdStrike) || r.asks(t) {
		return nil
	}
	claimed, m := policy.Claimed(t), r.place.Misuse
	standing := r.place.People[t.Requester].Standing
	c := policy.Follows(m, standing, r.now)
	urgent := policy.Urgent(claimed)
	if !urgent && c.Strikes == 0 {
		return nil
	}
	out := &MisuseInfo{Doubted: policy.Doubted(t), Strikes: c.Strikes, Words: sanctionWords(c.Does, c.Until), Next: say(nextWords[c.Next]), May: []string{}}
	if c.Strikes == 0 && m.Counted() {
		out.Next = say(nextWords[m.Ladder[0].Does])
	}
	if urgent {
		out.Claimed = string(claimed)
		out.Tell = t.Claimed == "" && r.place.Departments[t.Department].Policy.TellLowered
	}
	for _, x := range standing.Strikes {
		if x.Ticket == t.ID {
			out.Struck, out.By, out.At, out.Reason = true, r.name(t, x.By), stamp(x.At), x.Reason
		}
	}
	lead := r.me.Role == desk.Lead || r.me.Role == desk.Admin
	for _, may := range []struct {
		what string
		ok   bool
	}{
		{"strike", m.Counted() && !out.Struck && policy.Lowered(t) && !policy.Urgent(t.Priority.AsUrgency()) && r.openedBy(t)},
		{"unstrike", out.Struck},
		{"ban", lead && c.Ban && c.Does != desk.SanctionBan},
		{"unban", lead && c.Does == desk.SanctionBan},
	} {
		if may.ok {
			out.May = append(out.May, may.what)
		}
	}
	return out
}

// openedBy reports whether the customer opened it in their own name.
func (r *rower) openedBy(t *desk.Ticket) bool {
	if r.place.People[t.Requester].Role != desk.Customer {
		return false
	}
	for _, s := range t.Steps {
		if s.Kind == "received" {
			return s.By == t.Requester
		}
	}
	return true
}

var nextWords = map[desk.SanctionKind]string{
	desk.SanctionWarn: "they are told, and nothing follows", desk.SanctionConfirm: "what they call urgent waits for your word",
	desk.SanctionNoHigh: "they cannot choose High for a time", desk.SanctionBan: "a lead may take nothing new from them",
}

// sanctionWords is what counts against somebody, to the team.
func sanctionWords(does desk.SanctionKind, until time.Time) string {
	switch does {
	case desk.SanctionNone:
	case desk.SanctionWarn:
		return say("warned")
	case desk.SanctionConfirm:
		return say("what they call urgent waits for the team’s word until {until, date, day}", "until", until.Local())
	case desk.SanctionNoHigh:
		return say("no High until {until, date, day}, and an emergency waits for the team’s word", "until", until.Local())
	case desk.SanctionBan:
		return say("nothing new is taken from them, but emergencies and appeals")
	}
	return ""
}

var urgencyNames = map[desk.Urgency]string{
	desk.UrgencyQuestion: "a question", desk.UrgencyNormal: "normal", desk.UrgencyHigh: "high", desk.UrgencyEmergency: "an emergency",
}

// urgencyWord is an urgency within a sentence; none for one that is not known.
func urgencyWord(u string) string { return say(urgencyNames[desk.Urgency(u)]) }

// misuseLine tells of an urgency and of what counts.
func misuseLine(e desk.Entry, who string) string {
	to := urgencyWord(e.To)
	switch e.Kind {
	case desk.UrgencySet:
		switch {
		case to == "":
			return unknownLine()
		case e.Reason == "":
			return say("{who} takes this as {urgency}", "who", who, "urgency", to)
		case e.From == "":
			return say("{who} takes this as {urgency}: {why}", "who", who, "urgency", to, "why", e.Reason)
		}
		return say("{who} takes this as {urgency}, not as {other}: {why}", "who", who, "urgency", to, "other", urgencyWord(e.From), "why", e.Reason)
	case desk.Struck:
		return say("{who} counted this as misuse by {whom}", "who", who, "whom", e.ToName) + more(e.Reason)
	case desk.Unstruck:
		return say("{who} does not count this as misuse any more", "who", who) + more(e.Reason)
	case desk.BanSet:
		if e.To == "" {
			return say("{who} takes new requests from {whom} again", "who", who, "whom", e.ToName) + more(e.Reason)
		}
		return say("{who} takes nothing new from {whom}", "who", who, "whom", e.ToName) + more(e.Reason)
	}
	return unknownLine()
}
