package notify

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"docket/app/desk"
	"docket/app/desk/policy"
	"docket/app/language"
)

// Kind is why a notice is given, most important first.
type Kind string

// The kinds.
const (
	Called   Kind = "called"   // an emergency or an escalation, until somebody acknowledges it
	Mention  Kind = "mention"  // a note names me
	Reply    Kind = "reply"    // a message to me
	Taken    Kind = "taken"    // somebody has what I escalated, or my emergency
	Assigned Kind = "assigned" // I have it now
	Arrived  Kind = "arrived"  // new, or passed on, in a queue of mine; nobody has it
	Due      Kind = "due"      // something of mine is due at At, or was
	Asked    Kind = "asked"    // nothing happens to a ticket of mine, or it is late
	Status   Kind = "status"   // a ticket of mine moved
	Engaged  Kind = "engaged"  // somebody is on a request of mine from now on
	Sorted   Kind = "sorted"   // a request of mine was put together with another, or out of one
	Ended    Kind = "ended"    // I cannot see any more what I followed
	Changed  Kind = "changed"  // an article that I follow, or one in a section
	// Contributed tells of an article of mine that it was published, or came Back.
	Contributed Kind = "contributed"
	// What I called urgent counts against me because it was not, or no longer does.
	Counted   Kind = "counted"
	Uncounted Kind = "uncounted"
)

var weight = map[Kind]int{Counted: 8, Uncounted: 8, Ended: 1, Changed: 1, Contributed: 2, Called: 10, Taken: 9, Mention: 8, Reply: 7, Assigned: 6, Arrived: 5, Due: 4, Asked: 3, Engaged: 2, Status: 1, Sorted: 1}

// Notice says that something happened which its person has not seen.
type Notice struct {
	Ticket desk.TicketID
	Number string // as it is shown
	Kind   Kind
	Who    string
	// Subject and Text are what people wrote; shown only if the person wants it.
	Subject string
	Text    string
	// Status is the new one, for Kind Status.
	Status desk.Status
	// Call says that it is a call of which nothing was written.
	Call bool
	// Emergency tells of Called and Taken what for.
	Emergency bool
	At        time.Time
	Seq       uint64
	// Helps says that they were asked to help, Has who is on it for Kind Engaged.
	Helps bool
	Has   string
	// Mine says that it is the person's turn now.
	Mine bool
	// What says, of Ended, what was followed.
	What desk.FollowWhat
	// Articles is, of Changed, how many they are, Article the newest, and All some of
	// them, the newest first.
	Articles int
	Article  desk.ArticleID
	All      []desk.ArticleID
	Back     bool
	// Promise says, of Due, that it is what the person promised.
	Promise bool
}

// Judge says whether entry e of ticket t, which me had read up to read, deserves
// a notice. What me did, has read, or neither has part in nor follows does not.
func Judge(t *desk.Ticket, e desk.Entry, me desk.Actor, read uint64, follows []desk.Follow) (Notice, bool) {
	if e.Author == me.Person || e.Seq <= read {
		return Notice{}, false
	}
	kind := wanted(t, e, me, follows)
	if kind == "" {
		return Notice{}, false
	}
	number := "#" + t.Number.String()
	if t.Number == 0 {
		number = t.ID.Reference()
	}
	return Notice{
		Ticket: t.ID, Number: number, Kind: kind, Who: e.AuthorName, Subject: t.Subject, Text: words(e),
		Status: desk.Status(e.To), At: e.At, Seq: e.Seq,
		Call: e.Kind == desk.Call && e.Text == "", Helps: e.Kind == desk.HelpersSet, Has: e.ToName, Emergency: e.From == desk.ForEmergency,
	}, true
}

// wanted is what me is told of e: what it is to them, and what they follow.
func wanted(t *desk.Ticket, e desk.Entry, me desk.Actor, follows []desk.Follow) Kind {
	of := func(near bool) Kind {
		if me.Role.Staff() {
			return forStaff(t, e, me, near)
		}
		return forCustomer(t, e, me, near)
	}
	kind := of(false)
	level, firm := policy.Level(t, me, follows)
	switch near := of(true); {
	case level == desk.FollowUsual || pressing(kind):
		return kind
	case level == desk.FollowNone, level == desk.FollowTurn && policy.Turn(t, me) != policy.Yours:
		return ""
	case level == desk.FollowTurn:
		return kind
	case level == desk.FollowAll || near == Reply || near == Taken || near == Status && desk.Status(e.To).Done():
		return cmp.Or(kind, near)
	case firm:
		return ""
	}
	return kind
}

// pressing reports whether k names me, which no level keeps back.
func pressing(k Kind) bool { return k == Called || k == Mention || k == Assigned || k == Asked }

// EndedOf is the one notice of what somebody followed and cannot see any more.
// It says nothing of what it was.
func EndedOf(f desk.Follow) Notice {
	return Notice{Kind: Ended, What: f.What, At: f.Ended}
}

// CountedOf is the notice of a strike against somebody, or of its being taken
// back, which only they are given. t is nil where the ticket is not here.
func CountedOf(x desk.Strike, back bool, t *desk.Ticket) Notice {
	n := Notice{Kind: Counted, Ticket: x.Ticket, Text: x.Reason, At: x.At, Number: x.Ticket.Reference()}
	if back {
		n.Kind, n.Text = Uncounted, language.Say("It does not count against you any more.")
	}
	if t != nil {
		n.Subject = t.Subject
		if t.Number != 0 {
			n.Number = "#" + t.Number.String()
		}
	}
	return n
}

func forStaff(t *desk.Ticket, e desk.Entry, me desk.Actor, near bool) Kind {
	mine := near || t.Assignee == me.Person || slices.Contains(t.Helpers, me.Person) || slices.Contains(t.CCs, me.Person) || t.Requester == me.Person || slices.Contains(t.Followers, me.Person)
	free := t.Assignee == "" && me.In(t.Department)
	switch e.Kind {
	case desk.Note:
		if slices.Contains(e.Mentions, me.Person) {
			return Mention
		}
		if near {
			return Reply
		}
	case desk.UploadAsked:
		if mine || free {
			return Reply
		}
	case desk.WroteBeside:
		if mine || free {
			return Reply
		}
	case desk.Judged:
		if mine {
			return Reply
		}
	case desk.Message, desk.Call, desk.Chat:
		if t.Into != "" && !e.Staff {
			return "" // it is told where it goes on
		}
		if t.Status.Done() && (!e.Staff || e.Author == t.Requester) {
			return "" // thanks; else it would be open
		}
		if mine || free && !e.Staff {
			return Reply
		}
	case desk.Opened, desk.Referred:
		if free || near {
			return Arrived
		}
	case desk.Assigned:
		if e.To == string(me.Person) {
			return Assigned
		}
	case desk.HelpersSet:
		if slices.Contains(strings.Split(e.To, ","), string(me.Person)) {
			return Assigned
		}
	case desk.Summoned:
		switch told := slices.Contains(strings.Split(e.To, ","), string(me.Person)); {
		case told && (t.Page.Rings() || t.Escalation.Open() && t.Escalation.Told.Rings()):
			return Called
		case told:
			return Asked
		}
	case desk.Late, desk.Nudged, desk.WentOn:
		if slices.Contains(strings.Split(e.To, ","), string(me.Person)) {
			return Asked
		}
	case desk.StatusSet:
		if (near || t.Assignee == me.Person || t.Requester == me.Person) && !settled(e) {
			return Status
		}
	}
	return ""
}

// settled reports whether e only says that what was solved is over.
func settled(e desk.Entry) bool {
	return e.Author == desk.System && desk.Status(e.To) == desk.Closed
}

func forCustomer(t *desk.Ticket, e desk.Entry, me desk.Actor, near bool) Kind {
	requester := near || t.Requester == me.Person
	if e.Talk.With == me.Person && (e.Kind == desk.Chat || e.Talk.Outcome == desk.Spoke) {
		return "" // they were there
	}
	switch e.Kind {
	case desk.Opened, desk.Message, desk.Call, desk.Chat, desk.Notice:
		if e.Kind == desk.Notice && !e.Until.IsZero() {
			// That it will be deleted is for who asked.
			if !requester {
				return ""
			}
			return Reply
		}
		if requester || slices.Contains(t.CCs, me.Person) {
			return Reply
		}
	case desk.Assigned:
		// The first word of who answers tells it, too, and is told as that.
		if e.Engages && (requester || slices.Contains(t.CCs, me.Person)) {
			return Engaged
		}
	case desk.Acknowledged:
		if requester || t.Escalation.By == me.Person && e.From == desk.ForEscalation {
			return Taken
		}
	case desk.WorkPlanned:
		if requester || e.To == string(me.Person) {
			return Reply
		}
	case desk.FixSet:
		if requester || slices.Contains(t.CCs, me.Person) || slices.ContainsFunc(t.Joined, func(j desk.Joiner) bool { return j.Person == me.Person }) {
			return Reply
		}
	case desk.Deescalated:
		if requester || t.Escalation.By == me.Person {
			return Reply
		}
	case desk.StatusSet:
		joined := slices.ContainsFunc(t.Joined, func(j desk.Joiner) bool { return j.Person == me.Person })
		if (requester || joined && desk.Status(e.To) == desk.Solved) && !settled(e) {
			return Status
		}
	case desk.UploadGranted:
		if requester && e.To != "" {
			return Reply
		}
	case desk.Merged, desk.SplitOff:
		if requester || slices.Contains(t.CCs, me.Person) {
			return Sorted
		}
	}
	return ""
}

// Gather keeps one notice per ticket: the most important, and of equals the
// newest. The order is by importance, then newest first.
func Gather(all []Notice) []Notice {
	type about struct { // what is about no ticket is about what it is of
		ticket desk.TicketID
		kind   Kind
	}
	best := map[about]Notice{}
	for _, n := range all {
		of := about{ticket: n.Ticket}
		if n.Ticket == "" {
			of.kind = n.Kind
		}
		b, ok := best[of]
		if ok && n.Kind == Changed {
			n = bothChanged(b, n)
			best[of] = n
			continue
		}
		if !ok || weight[n.Kind] > weight[b.Kind] || weight[n.Kind] == weight[b.Kind] && n.Seq > b.Seq {
			n.Mine = n.Mine || b.Mine
			best[of] = n
		}
	}
	out := make([]Notice, 0, len(best))
	for _, n := range best {
		out = append(out, n)
	}
	slices.SortFunc(out, func(a, b Notice) int {
		if d := weight[b.Kind] - weight[a.Kind]; d != 0 {
			return d
		}
		if c := b.At.Compare(a.At); c != 0 {
			return c
		}
		if a.Ticket < b.Ticket {
			return -1
		}
		return 1
	})
	return out
}

// MostChanged is how many articles a notice names.
const MostChanged = 10

// bothChanged is one notice for two that tell of articles.
func bothChanged(a, b Notice) Notice {
	if a.At.After(b.At) {
		a, b = b, a
	}
	b.Articles += a.Articles
	b.All = append(slices.Clone(b.All), a.All...)
	b.All = b.All[:min(len(b.All), MostChanged)]
	if a.Text != "" && b.Text != "" {
		b.Text += "\n" + a.Text
	}
	return b
}

// words are what an entry says, in the person's language where the desk wrote it.
func words(e desk.Entry) string {
	if e.Phrase != nil && e.Kind == desk.Notice {
		return language.Said(*e.Phrase)
	}
	return e.Said()
}
