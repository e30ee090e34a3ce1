package query

import (
	"encoding/base64"
	"strconv"
	"strings"
	"time"

	"docket/app/desk"
	"docket/app/desk/policy"
)

// viewMark begins the id of a list by a query. Its number goes up when a query
// means something else than before, so that nothing kept by the old meaning stays.
const viewMark = "query1:"

// View is a list by a query: what is in it follows from the head alone, who
// reads, and, where the query names days, which day it is. Words are looked up in
// what a head says, and people by their ids and the names they have there.
type View struct {
	query Query
	scope Scope
}

// ViewID names the list of what q asks on the day of now. The id says all that
// there is to the list, so that a list that would be another has another id:
// two views that ask the same are one list, and the next day's is a new one.
func (q Query) ViewID(now time.Time) policy.ViewID {
	stamp := ""
	q.Walk(func(n Node) {
		if f, ok := n.(Field); ok && f.Op.dated() && stamp == "" {
			_, offset := now.Zone()
			stamp = "z" + strconv.Itoa(offset)
		}
	})
	if q.Daily() {
		y, m, d := now.Date()
		stamp = strconv.FormatInt(time.Date(y, m, d, 0, 0, 0, 0, now.Location()).Unix(), 10)
	}
	return policy.ViewID(viewMark + stamp + ":" + base64.RawURLEncoding.EncodeToString([]byte(q.String())))
}

// IsView reports whether v is the id of a list by a query, in whatever order.
func IsView(v policy.ViewID) bool { return strings.HasPrefix(string(v), "query") }

// ReadView gives the list of an id, without its order; false for one that is
// none, or of another version.
func ReadView(v policy.ViewID, zone *time.Location) (View, bool) {
	rest, ok := strings.CutPrefix(string(v), viewMark)
	if !ok {
		return View{}, false
	}
	stamp, text, _ := strings.Cut(rest, ":")
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return View{}, false
	}
	q, _ := Parse(string(b))
	day, _ := strconv.ParseInt(stamp, 10, 64) // what names no moving day needs none
	return View{q, Scope{Now: time.Unix(day, 0).In(zone), Zone: zone}}, true
}

// Has reports whether a ticket, in the form me has of it, is in the list for me.
func (v View) Has(t *desk.Ticket, me desk.Actor, unread bool) bool {
	v.scope.Me, v.scope.Unread = me, unread
	return v.query.Match(t, v.scope)
}

// SameView reports whether two lists by a query ask the same, on whatever day and
// in whatever order.
func SameView(a, b policy.ViewID) bool {
	if !IsView(a) || !IsView(b) {
		return false
	}
	asked := func(v policy.ViewID) string {
		base, _, _ := v.Split()
		return string(base[strings.LastIndexByte(string(base), ':')+1:])
	}
	return asked(a) == asked(b)
}
