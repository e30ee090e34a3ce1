package app

import (
	"docket/app/desk"
	"docket/app/desk/policy"
	"docket/app/language"
)

// DepartmentCard is a department as the new-request form offers it.
type DepartmentCard struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	For   string `json:"for"`
	Icon  string `json:"icon"`
	Hours string `json:"hours"`
	Reply string `json:"reply"`
	Phone string `json:"phone"`
	// Opens is when it is there again, "" while it is.
	Opens string `json:"opens"`
	// Receives is the department that gets a request for it first.
	Receives string `json:"receives"`
	// Languages are those in which answers are promised, in words.
	Languages []string `json:"languages"`
	// Answers are how soon it answers, for each urgency.
	Answers []UsualAnswer `json:"answers"`
	// Busy says that answers take longer at the moment; Announce, that the person
	// may say so.
	Busy     *BusyInfo `json:"busy"`
	Announce bool      `json:"announce"`
}

// UsualAnswer is how soon a department first answers what is called so urgent.
type UsualAnswer struct {
	Urgency string `json:"urgency"`
	// Usual is by how it was lately or, where that is not known, in the
	// department's own words; "" when it says nothing.
	Usual string `json:"usual"`
	// Promised is what it promises, which stands beside Usual whatever that is;
	// "" for nothing.
	Promised string `json:"promised"`
}

// OutlookInfo is what whoever asked can expect now.
type OutlookInfo struct {
	// Usual is how soon answers come, "" where nothing is owed or known.
	Usual string `json:"usual"`
	// Opens is when the department is there again, "" while it is.
	Opens string `json:"opens"`
	// Busy says that they take longer at the moment; null for not.
	Busy *BusyInfo `json:"busy"`
}

// outlook gives what is known of a department besides what it declares.
func (s *session) outlook(d desk.DeptID) desk.Outlook {
	all, err := s.cache.Outlooks()
	if err != nil {
		return desk.Outlook{} // what it declares is shown
	}
	return all[d]
}

// answers gives how soon a department answers, for each urgency.
func (s *session) answers(d desk.Department) []UsualAnswer {
	out := []UsualAnswer{}
	o := s.outlook(d.ID)
	for _, u := range urgencies {
		out = append(out, UsualAnswer{Urgency: string(u), Usual: language.Said(policy.Expected(d, o, u)), Promised: language.Said(policy.Promises(d, u))})
	}
	return out
}

// expects is what can be expected of a request now: figures while its first
// answer is owed, which is what they are of, and else the department's words.
func (s *session) expects(r *rower, t *desk.Ticket) OutlookInfo {
	if t.Status.Done() || t.Into != "" {
		return OutlookInfo{}
	}
	d := r.place.Departments[t.Department]
	out := OutlookInfo{Usual: d.Reply, Opens: stamp(policy.Opens(d, s.api.now()))}
	if policy.Owed(t) {
		out.Busy = s.busy(d.ID)
	}
	if policy.FirstAwaited(t) != (policy.Awaited{}) {
		out.Usual = language.Said(policy.Expected(d, s.outlook(d.ID), t.Urgency))
	}
	return out
}
