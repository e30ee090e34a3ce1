package desk

import (
	"slices"
	"time"
)

// EntitlementID names an entitlement among those of its holder.
type EntitlementID string

// Entitlement is what an organization or a person may expect of the desk for a
// product (BEHAVIOURS 2.18). Everybody of the organization may know it.
type Entitlement struct {
	ID      EntitlementID `json:"id"`
	Product string        `json:"product"`
	Level   string        `json:"level,omitempty"` // as it is sold, such as "Gold"
	// Department is where requests about the product go.
	Department DeptID `json:"department,omitempty"`
	// Hours is when somebody is there, in words; Open is what its targets are
	// counted by. Of a promise it has the replies and the solution.
	Hours    string    `json:"hours,omitempty"`
	Open     Calendar  `json:"open,omitzero"`
	Promises []Promise `json:"promises,omitempty"`
	// Quota is how many requests it is for, 0 for as many as come.
	Quota int `json:"quota,omitempty"`
	// It is good from Start to before End; zero for always.
	Start time.Time `json:"start,omitzero"`
	End   time.Time `json:"end,omitzero"`
	// Contacts are those who may use it; none means everybody it is for.
	Contacts []PersonID `json:"contacts,omitempty"`
}

// Allows reports whether the person may open requests under e.
func (e Entitlement) Allows(p PersonID) bool {
	return len(e.Contacts) == 0 || slices.Contains(e.Contacts, p)
}

// Lapse says why an entitlement does not count.
type Lapse string

// The lapses. A request is taken all the same.
const (
	LapseEnded   Lapse = "ended"
	LapseToCome  Lapse = "to_come" // it has not begun
	LapseUnknown Lapse = "unknown" // nobody holds it any more
)

// Lapsed says whether e counts at a moment: "" if it does.
func (e Entitlement) Lapsed(now time.Time) Lapse {
	switch {
	case !e.End.IsZero() && !now.Before(e.End):
		return LapseEnded
	case now.Before(e.Start):
		return LapseToCome
	}
	return ""
}

// Owner names who holds an entitlement: "org/<id>" or "person/<id>".
type Owner string

// OwnerOrg and OwnerPerson name a holder.
func OwnerOrg(o OrgID) Owner { return Owner("org/" + o) }

// OwnerPerson names a person who holds something themselves.
func OwnerPerson(p PersonID) Owner { return Owner("person/" + p) }

// Cover is the entitlement a ticket was opened under, as it was then: what is
// changed or ends later moves no clock that runs. It is public.
type Cover struct {
	Entitlement EntitlementID `json:"entitlement"`
	Owner       Owner         `json:"owner,omitempty"`
	Product     string        `json:"product,omitempty"`
	Level       string        `json:"level,omitempty"`
	// Release is the version of the product, in the customer's words.
	Release  string    `json:"release,omitempty"`
	Hours    string    `json:"hours,omitempty"`
	Open     Calendar  `json:"open,omitzero"`
	Promises []Promise `json:"promises,omitempty"`
	// Since tells one period of a quota from the next.
	Since time.Time `json:"since,omitzero"`
	Until time.Time `json:"until,omitzero"`
	// Lapsed is why nothing is promised by it: it is best effort then.
	Lapsed Lapse `json:"lapsed,omitempty"`
	// Why says which of several was taken for the same product.
	Why string `json:"why,omitempty"`
	// Said is Why as it is said in another language; nil in an older head.
	Said *Said `json:"said,omitempty"`
}

// Use is how much of an entitlement's quota is used, kept with each request
// that is opened under it. Since is the start it counts from.
type Use struct {
	Owner       Owner         `json:"owner"`
	Entitlement EntitlementID `json:"entitlement"`
	Since       time.Time     `json:"since,omitzero"`
	Used        int           `json:"used"`
}

// Own is what a person holds themselves and what counts against them, told to
// nobody but them and the team.
type Own struct {
	Person       PersonID      `json:"person"`
	Entitlements []Entitlement `json:"entitlements,omitempty"`
	Standing     Standing      `json:"standing,omitzero"`
}

// Promise gives what e promises to tickets of priority p.
func (c Cover) Promise(p Priority) Promise { return promiseFor(c.Promises, p) }
