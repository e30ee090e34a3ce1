package desk

import "time"

// Policy is how a department runs its tickets where support operations
// disagree (BEHAVIOURS §0). The zero value of every switch is its default.
// Customers may know all of it but the reserve.
type Policy struct {
	// Reopen says what a customer's message on a closed ticket does.
	Reopen ReopenMode `json:"reopen,omitempty"`
	// Settle is after how long a solved ticket is closed, in days; 0 means 7.
	SettleDays int `json:"settle_days,omitempty"`
	// AutoClose says whether a ticket that waits for its customer ends by itself.
	AutoClose CloseMode `json:"autoclose,omitempty"`
	// Silence belongs to CloseSilence: for how long nobody has written, on days
	// that are no holidays; 0 means 96 hours.
	Silence time.Duration `json:"silence,omitempty"`
	// Remind belongs to CloseReminders: after how much opening time the customer
	// is reminded, in order; none means after 24, 72 and 120 hours.
	Remind []time.Duration `json:"remind,omitempty"`
	// MinWait is the least time a customer has to answer, whatever else is
	// said; 0 means 48 hours.
	MinWait time.Duration `json:"min_wait,omitempty"`
	// Recall is for how many seconds a message can be taken back before it goes
	// out; 0 means 15, and less than 0 that it goes out at once.
	Recall int `json:"recall,omitempty"`
	// FixRemindDays is how often whoever has a ticket with a workaround is asked
	// for its fix, in days; 0 means 7.
	FixRemindDays int `json:"fix_remind_days,omitempty"`
	// Reserve is how many of its people are kept out of planned work, so that
	// somebody is there for what is urgent.
	Reserve int `json:"reserve,omitempty"`
	// Fixed says where a ticket stands once its fix is there.
	Fixed FixedMode `json:"fixed,omitempty"`
	// Languages are those in which answers are promised, as codes; none promises
	// nothing.
	Languages []string `json:"languages,omitempty"`
	// Satisfaction says whether the requester is asked how it was, and RateDays
	// after how many days about the same ticket again; 0 means 30.
	Satisfaction SatisfactionMode `json:"satisfaction,omitempty"`
	RateDays     int              `json:"rate_days,omitempty"`
	// TellLowered says that a customer is told why what they called urgent is taken
	// as less.
	TellLowered bool `json:"tell_lowered,omitempty"`
	// ChatSilence is after how long without a line a chat ends; 0 means 10
	// minutes.
	ChatSilence time.Duration `json:"chat_silence,omitempty"`
	// Mask is what customers read instead of the names of those who work on the
	// department's tickets, such as "The security team"; "" names them.
	Mask string `json:"mask,omitempty"`
	// RetentionMonths is for how long a closed ticket is kept, and FileMonths for
	// how long its files are, where they go before it; 0 is for ever.
	RetentionMonths int `json:"retention_months,omitempty"`
	// CCHistory says what who is put into CC may read of what was written before.
	CCHistory  HistoryMode `json:"cc_history,omitempty"`
	FileMonths int         `json:"file_months,omitempty"`
}

// ReopenMode says what a customer's message on a closed ticket does.
type ReopenMode string

// The modes of reopening.
const (
	ReopenWithin ReopenMode = ""       // opens it within Department.ReopenDays of its closing
	ReopenAlways ReopenMode = "always" // opens it whenever it comes
	ReopenNever  ReopenMode = "never"  // a new request follows on it
)

// CloseMode says how a ticket that waits for its customer ends by itself.
type CloseMode string

// The modes of ending.
const (
	CloseSilence   CloseMode = ""          // after a time without a word
	CloseReminders CloseMode = "reminders" // after the last reminder
	CloseNever     CloseMode = "never"
)

// The defaults of a Policy.
const (
	defaultSilence     = 96 * time.Hour
	defaultMinWait     = 48 * time.Hour
	defaultSettleDays  = 7
	defaultRecall      = 15
	defaultChatSilence = 10 * time.Minute
	defaultReopenDays  = 7
)

// Silent is for how long a customer may be silent: what is declared, and no
// less than the customer has to answer.
func (p Policy) Silent() time.Duration {
	d := p.Silence
	if d == 0 {
		d = defaultSilence
	}
	return max(d, p.Wait())
}

// Wait is the least time a customer has to answer.
func (p Policy) Wait() time.Duration {
	if p.MinWait == 0 {
		return defaultMinWait
	}
	return p.MinWait
}

// ChatSilent is after how long without a line a chat ends.
func (p Policy) ChatSilent() time.Duration {
	if p.ChatSilence == 0 {
		return defaultChatSilence
	}
	return p.ChatSilence
}

// FixRemind is how often somebody is asked for the fix of what has a workaround.
func (p Policy) FixRemind() time.Duration {
	n := p.FixRemindDays
	if n == 0 {
		n = 7
	}
	return time.Duration(n) * 24 * time.Hour
}

// Grace is for how long a message can be taken back before it goes out.
func (p Policy) Grace() time.Duration {
	n := p.Recall
	if n == 0 {
		n = defaultRecall
	}
	return time.Duration(max(n, 0)) * time.Second
}

// Reminders is after how much opening time a customer is reminded.
func (p Policy) Reminders() []time.Duration {
	if len(p.Remind) == 0 {
		return []time.Duration{24 * time.Hour, 72 * time.Hour, 120 * time.Hour}
	}
	return p.Remind
}

// SettleAfter is after how long a solved ticket is closed.
func (p Policy) SettleAfter() time.Duration {
	n := p.SettleDays
	if n == 0 {
		n = defaultSettleDays
	}
	return time.Duration(n) * 24 * time.Hour
}

// ReopenWindow is for how long after its closing a customer's message opens a
// ticket of the department again, where that depends on time.
func (d Department) ReopenWindow() time.Duration {
	n := d.ReopenDays
	if n == 0 {
		n = defaultReopenDays
	}
	return time.Duration(n) * 24 * time.Hour
}
