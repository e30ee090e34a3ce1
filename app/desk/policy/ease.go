package policy

import "docket/app/desk"

// Ease is the priority below p, to which a way around the trouble lowers it.
func Ease(p desk.Priority) desk.Priority {
	switch p {
	case desk.PriorityEmergency:
		return desk.PriorityHigh
	case desk.PriorityHigh:
		return desk.PriorityNormal
	}
	return desk.PriorityLow
}
