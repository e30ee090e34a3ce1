package app

import (
	"slices"
	"time"

	"docket/app/notify"
)

// NotifySettings is what a person wants to be told of outside the window. They
// lie on this computer: what disturbs at a desk may be welcome on the road.
type NotifySettings struct {
	// Off are classes that are not told.
	Off []string `json:"off"`
	// MyTurn tells of a ticket only once it is the person's turn.
	MyTurn bool `json:"myTurn"`
	// Until is until when nothing is told but emergencies; "" while all is told.
	Until string `json:"until"`
	// From and To are the hours of each day in which nothing is told but
	// emergencies, as 22:00; "" for none.
	From string `json:"from"`
	To   string `json:"to"`
}

func validNotify(n NotifySettings) error {
	for i, class := range n.Off {
		if !slices.Contains(notify.Classes(), notify.Class(class)) || slices.Contains(n.Off[:i], class) {
			return wrong("off", "That cannot be switched off.")
		}
	}
	if n.Until != "" {
		if _, err := time.Parse(time.RFC3339, n.Until); err != nil {
			return wrong("until", "That is not a time.")
		}
	}
	_, from := minuteOf(n.From)
	_, to := minuteOf(n.To)
	if (n.From != "" || n.To != "") && (!from || !to || n.From == n.To) {
		return wrong("from", "Quiet hours are from one time of the day to another, such as 22:00 to 07:00.")
	}
	return nil
}

func minuteOf(s string) (int, bool) {
	at, err := time.Parse("15:04", s)
	return at.Hour()*60 + at.Minute(), err == nil
}

// choice is n as the notifier takes it.
func (n NotifySettings) choice() notify.Choice {
	c := notify.Choice{MyTurn: n.MyTurn}
	for _, class := range n.Off {
		c.Off = append(c.Off, notify.Class(class))
	}
	c.Until, _ = time.Parse(time.RFC3339, n.Until)
	from, ok := minuteOf(n.From)
	if to, ok2 := minuteOf(n.To); ok && ok2 {
		c.Quiet = notify.Daily(from, to)
	}
	return c
}

// choice is what the person wants to be told of.
func (a *API) choice() notify.Choice {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return a.settings.Notify.choice()
}
