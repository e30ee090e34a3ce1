package app

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"docket/app/desk"
	"docket/app/desk/policy"
)

// ReportInfo is how a department's tickets went, or what an organization asked,
// in a span of days against the span before, from what is on this computer.
type ReportInfo struct {
	// Percent is how much has been counted; below 100 there is nothing else yet,
	// and asking again goes on.
	Percent int `json:"percent"`
	// Scopes are what can be chosen from, Scope the chosen one.
	Scopes []Figure `json:"scopes"`
	Scope  string   `json:"scope"`
	Span   int      `json:"span"`
	// Unit is what a part is: day, week or month.
	Unit   string       `json:"unit"`
	Parts  []ReportPart `json:"parts"`
	Now    ReportSum    `json:"now"`
	Before ReportSum    `json:"before"`
	// Asked is what was asked for, the most first.
	Asked []Figure `json:"asked"`
}

// ReportPart is a part of the span: the days From to Until, both of them.
type ReportPart struct {
	From  string `json:"from"`
	Until string `json:"until"`
	ReportSum
}

// ReportSum is what was counted in a time. Backlog is what was open at its end.
type ReportSum struct {
	Opened  int        `json:"opened"`
	Solved  int        `json:"solved"`
	Backlog int        `json:"backlog"`
	Again   int        `json:"again"`
	First   ReportTime `json:"first"`
	Solving ReportTime `json:"solving"`
	// Kept and Missed are first answers by what was promised, InTime and Late
	// solutions; both 0 where nothing is.
	Kept   int `json:"kept"`
	Missed int `json:"missed"`
	InTime int `json:"inTime"`
	Late   int `json:"late"`
}

// ReportTime is how long something took, in minutes: of so many, half were within
// Half and nine of ten within Most.
type ReportTime struct {
	Count int `json:"count"`
	Half  int `json:"half"`
	Most  int `json:"most"`
}

// maxAsked is how many kinds of what was asked for are listed.
const maxAsked = 12

// reported gives the scopes that the person may look at.
func (s *session) reported() ([]Figure, error) {
	me, place := s.me(), s.place()
	out := []Figure{}
	if me.Role.Staff() {
		if !leads(me) {
			return nil, &desk.Error{Code: desk.CodeDenied, Message: "Reports are for leads.", Hint: "Your own tickets are under My open."}
		}
		d, err := s.cache.Desk()
		if err != nil {
			return nil, err
		}
		for _, x := range d.Departments {
			if me.In(x.ID) || me.Role == desk.Admin {
				out = append(out, Figure{ID: string(x.ID), Name: x.Name})
			}
		}
		return out, nil
	}
	for _, m := range me.Memberships {
		if m.Access == desk.OrgRead || m.Access == desk.OrgComment {
			out = append(out, Figure{ID: string(m.Org), Name: nameOfOrg(place, m.Org)})
		}
	}
	if len(out) == 0 {
		return nil, &desk.Error{Code: desk.CodeDenied, Message: "The year of an organization is for those who read what colleagues ask.", Hint: "Whoever looks after your organization can let you read it."}
	}
	return out, nil
}

// Report counts a scope, "" for all that the person may look at, over a span of
// 7, 30, 91 or 365 days up to today. A year is of whole months.
func (a *API) Report(scope string, days int) (ReportInfo, error) {
	s, err := a.session()
	if err != nil {
		return ReportInfo{}, err
	}
	scopes, err := s.reported()
	if err != nil {
		return ReportInfo{}, err
	}
	out := ReportInfo{Scopes: scopes, Scope: scope, Span: days, Parts: []ReportPart{}, Asked: []Figure{}}
	if scope == "" && !s.me().Role.Staff() {
		out.Scope = scopes[0].ID
	}
	if out.Scope != "" && !slices.ContainsFunc(scopes, func(f Figure) bool { return f.ID == out.Scope }) {
		return ReportInfo{}, wrong("scope", "There is no report of that.")
	}
	if !slices.Contains([]int{7, 30, 91, 365}, days) {
		return ReportInfo{}, wrong("days", "A report is of 7, 30 or 91 days or a year.")
	}
	if out.Percent, err = s.cache.CountFigures(); err != nil || out.Percent < 100 {
		return out, err
	}
	return out, s.report(&out)
}

// spans gives where the parts of a span begin, those of the span before and then
// its own, with the day after its end as the last.
func spans(days int, today policy.Day) (unit string, starts []policy.Day) {
	switch {
	case days == 365:
		y, m, _ := today.Date().Date()
		for i := -23; i <= 0; i++ {
			starts = append(starts, policy.DayAt(y, m+time.Month(i), 1))
		}
		return "month", append(starts, today+1)
	case days > 30:
		unit, days = "week", days/7
	default:
		unit = "day"
	}
	step := policy.Day(1)
	if unit == "week" {
		step = 7
	}
	for i := -2 * days; i <= 0; i++ {
		starts = append(starts, today+1+policy.Day(i)*step) //nolint:gosec // a few dozen
	}
	return unit, starts
}

func (s *session) report(out *ReportInfo) error {
	d, err := s.cache.Desk()
	if err != nil {
		return err
	}
	by := policy.NewFigurer(s.me(), d.Departments)
	today := policy.DayOf(s.api.now(), by.Zone(out.Scope))
	unit, starts := spans(out.Span, today)
	first, half := starts[0], (len(starts)-1)/2
	parts := make([]policy.Tally, len(starts)-1)
	for i := range parts {
		parts[i] = policy.Tally{}
	}
	open, after := 0, policy.Tally{}
	for _, x := range out.Scopes {
		if out.Scope != "" && x.ID != out.Scope {
			continue
		}
		kept, err := s.cache.Figures(x.ID, first, policy.Ever-1)
		if err != nil {
			return err
		}
		for day, tally := range kept {
			switch i, on := slices.BinarySearch(starts, day); {
			case day == policy.Ever:
				open += tally.Count(policy.FactIn) - tally.Count(policy.FactOut)
			case day > today:
				after.Add(tally, 1) // of a clock ahead of ours
			case on:
				parts[i].Add(tally, 1)
			default:
				parts[i-1].Add(tally, 1)
			}
		}
	}
	out.Unit = unit
	open -= after.Count(policy.FactIn) - after.Count(policy.FactOut)
	now, before, backlog := policy.Tally{}, policy.Tally{}, make([]int, len(parts))
	for i := len(parts) - 1; i >= 0; i-- {
		backlog[i] = open
		open -= parts[i].Count(policy.FactIn) - parts[i].Count(policy.FactOut)
		if i < half {
			before.Add(parts[i], 1)
		} else {
			now.Add(parts[i], 1)
		}
	}
	for i := half; i < len(parts); i++ {
		out.Parts = append(out.Parts, ReportPart{
			From: starts[i].Date().Format(time.DateOnly), Until: (starts[i+1] - 1).Date().Format(time.DateOnly), ReportSum: summed(parts[i], backlog[i]),
		})
	}
	out.Now, out.Before = summed(now, backlog[len(parts)-1]), summed(before, backlog[half-1])
	out.Asked = asked(now)
	return nil
}

func summed(t policy.Tally, backlog int) ReportSum {
	took := func(what string) ReportTime { return ReportTime(t.Spread(what)) }
	return ReportSum{
		Opened: t.Count(policy.FactIn), Solved: t.Count(policy.FactOut), Backlog: backlog, Again: t.Count(policy.FactAgain),
		First: took(policy.FactFirst), Solving: took(policy.FactSolved),
		Kept: t.Count(policy.FactKept), Missed: t.Count(policy.FactMissed), InTime: t.Count(policy.FactInTime), Late: t.Count(policy.FactLate),
	}
}

// asked gives what was asked for; types go by their ids, topics by their names.
func asked(t policy.Tally) []Figure {
	out := []Figure{}
	for f, n := range t {
		if what, ok := strings.CutPrefix(f.What, policy.FactAsked); ok {
			id := ""
			if what == string(desk.Incident) || what == string(desk.Request) {
				id = what
			}
			out = append(out, Figure{ID: id, Name: what, Count: n})
		}
	}
	slices.SortFunc(out, func(x, y Figure) int {
		return cmp.Or(cmp.Compare(y.Count, x.Count), cmp.Compare(x.Name, y.Name))
	})
	return out[:min(len(out), maxAsked)]
}
