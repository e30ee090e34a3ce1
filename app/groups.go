package app

import (
	"slices"

	"docket/app/desk/policy"
	"docket/storage/cache"
)

// mostGrouped is how many rows a list may have whose groups get heads of their
// own: finding them looks at the key of each.
const mostGrouped = 5000

// grouping is the heads of a list by who asked, as of a version of it.
type grouping struct {
	in      policy.ViewID
	version uint64
	groups  []cache.Group
}

// groups gives the runs of a list that is kept by who asked; none of any other.
// They are found once for each change of the list.
func (s *session) groups(in policy.ViewID, n cache.Counts) ([]cache.Group, error) {
	if _, by, _ := in.Split(); by != policy.ByColleague {
		return nil, nil
	}
	s.mu.RLock()
	known := s.grouping
	s.mu.RUnlock()
	if known != nil && known.in == in && known.version == n.Version {
		return known.groups, nil
	}
	g, err := s.cache.Groups(in, policy.ColleagueKey, mostGrouped)
	if err != nil {
		return nil, err
	}
	total := 0
	for _, x := range g {
		total += x.Count
	}
	if total != n.Total {
		return nil, nil // too many, or it changed since it was counted; then it is read again
	}
	s.mu.Lock()
	s.grouping = &grouping{in: in, version: n.Version, groups: g}
	s.mu.Unlock()
	return g, nil
}

// heads gives the sections of a part: one, or in a list by who asked one for
// each of them, after what stands there because of something on this computer.
func (p part) heads(start int, groups []cache.Group, r *rower) (out []Section) {
	add := func(id, title string, n int) {
		if n > 0 {
			out = append(out, Section{ID: id, Title: title, Start: start, Count: n})
			start += n
		}
	}
	if len(groups) == 0 {
		add(p.id, p.title, p.size())
		return out
	}
	add(p.id, p.title, len(p.fresh))
	for _, g := range groups {
		from, to := max(g.From-p.from, 0), min(g.From-p.from+g.Count, p.cached)
		if from >= to {
			continue
		}
		gone := 0
		for _, at := range p.gone {
			gone += one(at >= from && at < to)
		}
		asker := g.First.Ticket.Requester
		add(p.id+"/"+string(asker), p.title+" · "+r.name(&g.First.Ticket, asker), to-from-gone)
	}
	return slices.Clip(out)
}
