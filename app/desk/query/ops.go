package query

import (
	"slices"
	"strings"
	"unicode/utf8"

	"docket/app/desk"
)

// Op is an operator by its usual name.
type Op string

// The operators.
const (
	Is       Op = "is"       // where it stands, and what is so of it for its reader
	From     Op = "from"     // who asked
	To       Op = "to"       // anybody else in it, or a department it is or was meant for
	CC       Op = "cc"       // in copy
	Org      Op = "org"      // whose organization
	Dept     Op = "dept"     // where it is
	Assignee Op = "assignee" // who has it; none for nobody
	Tag      Op = "tag"
	Priority Op = "priority"
	Urgency  Op = "urgency" // what its customer called it
	Type     Op = "type"
	Topic    Op = "topic"
	Ref      Op = "ref"     // what it is about
	Before   Op = "before"  // asked before
	After    Op = "after"   // asked then or later
	Created  Op = "created" // asked within
	Updated  Op = "updated" // last moved within
	Due      Op = "due"     // due within
	Has      Op = "has"
	File     Op = "file" // the name of a file; needs the index of the text
)

// Ops lists the operators in the order they are offered.
func Ops() []Op {
	return []Op{Is, From, To, CC, Org, Dept, Assignee, Tag, Priority, Urgency, Type, Topic, Ref, Before, After, Created, Updated, Due, Has, File}
}

// alias are other names of operators; the usual one is written back.
var alias = map[string]Op{
	"status": Is, "requester": From, "organization": Org, "organisation": Org, "company": Org, "department": Dept, "in": Dept, "owner": Assignee,
	"tags": Tag, "label": Tag, "prio": Priority, "kind": Type, "reference": Ref, "since": After, "until": Before, "attachment": File, "filename": File,
}

// Words that stand for somebody.
const (
	Me   = "me"   // whoever reads
	None = "none" // nobody, or nothing
)

// The values of has:; those of is: are states.
const (
	hasFile, hasTag, hasDue, hasQuestion, hasPromise, hasWorkaround = "file", "tag", "due", "question", "promise", "workaround"
	hasLink, hasRating, hasRef                                      = "link", "rating", "ref"
)

// Values lists the values of an operator that has only some, in the order they
// are offered; nil for the others.
func (o Op) Values() []string {
	switch o {
	case Is:
		return stateWords()
	case Priority:
		return []string{string(desk.PriorityLow), string(desk.PriorityNormal), string(desk.PriorityHigh), string(desk.PriorityEmergency)}
	case Urgency:
		return []string{string(desk.UrgencyQuestion), string(desk.UrgencyNormal), string(desk.UrgencyHigh), string(desk.UrgencyEmergency)}
	case Type:
		return []string{string(desk.Incident), string(desk.Request), string(desk.Problem)}
	case Has:
		return []string{hasFile, hasTag, hasDue, hasQuestion, hasPromise, hasWorkaround, hasLink, hasRating, hasRef}
	}
	return nil
}

// valueAlias are other words for values; the usual one is written back.
var valueAlias = map[Op]map[string]string{
	Is: {
		"in-progress": "progress", "in_progress": "progress", "waiting_customer": "waiting", "waiting-customer": "waiting", "on_hold": "hold",
		"on-hold": "hold", "third": "third-party", "waiting_third_party": "third-party", "ended": "done", "mine-to-do": "needs-me",
		"articles": Article, "help": Article, "drafts": Draft,
	},
	Priority: {"urgent": string(desk.PriorityEmergency)},
	Has:      {"files": hasFile, "attachment": hasFile, "attachments": hasFile, "tags": hasTag, "reference": hasRef, "deadline": hasDue},
}

// People reports whether the operator's value is somebody.
func (o Op) People() bool { return o == From || o == To || o == CC || o == Assignee }

// dated reports whether its value is a time.
func (o Op) dated() bool {
	return o == Before || o == After || o == Created || o == Updated || o == Due
}

// Dated reports whether the operator's value is a time: a day such as
// 2026-11-03, 2026-11, 2026, today, yesterday, 7d or 2w.
func (o Op) Dated() bool { return o.dated() }

func opNamed(name string) (Op, bool) {
	name = strings.ToLower(name)
	if o := Op(name); slices.Contains(Ops(), o) {
		return o, true
	}
	o, ok := alias[name]
	return o, ok
}

// value brings a value into its usual form; false when it can be none.
func (o Op) value(v string) (string, bool) {
	v = strings.Join(strings.Fields(v), " ")
	switch {
	case v == "":
		return "", false
	case o.dated():
		v = strings.ToLower(v)
		return v, validDate(o, v)
	case o == Tag:
		if strings.EqualFold(v, None) {
			return None, true
		}
		return desk.NormalTag(v)
	}
	if all := o.Values(); all != nil {
		v = strings.ToLower(v)
		if u := valueAlias[o][v]; u != "" {
			v = u
		}
		return v, slices.Contains(all, v)
	}
	if o.People() && (strings.EqualFold(v, Me) || strings.EqualFold(v, None)) {
		v = strings.ToLower(v)
	}
	return v, true
}

// near gives the one of names that was most likely meant; "" for none.
func near(s string, names []string) string {
	best, least := "", 3
	for _, n := range names {
		d := distance(s, n, least)
		if d < least && d*2 < utf8.RuneCountInString(n)+1 {
			best, least = n, d
		}
	}
	return best
}

// distance counts the letters to change, add, leave out or swap with their
// neighbour; most or more where it is that.
func distance(a, b string, most int) int {
	x, y := []rune(strings.ToLower(a)), []rune(b)
	if len(x)-len(y) >= most || len(y)-len(x) >= most {
		return most
	}
	before, last, now := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := range x {
		now[0] = i + 1
		for j := range y {
			now[j+1] = min(last[j+1]+1, now[j]+1, last[j]+differ(x[i], y[j]))
			if i > 0 && j > 0 && x[i] == y[j-1] && x[i-1] == y[j] {
				now[j+1] = min(now[j+1], before[j-1]+1)
			}
		}
		before, last, now = last, now, before
	}
	return min(last[len(y)], most)
}

func differ(a, b rune) int {
	if a == b {
		return 0
	}
	return 1
}
