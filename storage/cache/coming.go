package cache

import (
	"strings"

	"docket/app/desk"
)

// Coming says how many tickets at most are still on their way to this computer:
// who is in several lanes is counted in each. With open, the server has not said
// of every lane how many it has.
func (c *Cache) Coming() (most int, open bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	for lane, st := range c.lanes {
		switch {
		case st.Snap == nil || !hasTickets(lane):
		case !st.Snap.Begun:
			open = open || !st.Whole
		case !st.Snap.Sweeping:
			most += max(0, st.Snap.Total-st.Snap.Done)
		}
	}
	return most, open
}

// hasTickets says whether a lane can have tickets; the others tell reference data.
func hasTickets(lane desk.LaneID) bool {
	p := strings.Split(string(lane), "/")
	return len(p) > 2 && p[1] != "dir" && p[1] != "help"
}
