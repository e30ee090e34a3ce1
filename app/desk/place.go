package desk

// QueuePlace is where a request that waits for us stands, told to whoever asks
// for it (BEHAVIOURS 4.9, N7). It says how many others are before it and
// nothing else of them.
type QueuePlace struct {
	// Waits says whether it waits for us at all, Queued whether nobody has it
	// yet, so that it stands in the queue.
	Waits  bool `json:"waits"`
	Queued bool `json:"queued,omitempty"`
	// Outages are the emergencies that wait or are worked on before it, and
	// OutagesLater those of them that came after it.
	Outages      int `json:"outages,omitempty"`
	OutagesLater int `json:"outages_later,omitempty"`
	// Others are those that stand before it in the queue beside them, and
	// OthersLater those of them that came after it and are more urgent.
	Others      int `json:"others,omitempty"`
	OthersLater int `json:"others_later,omitempty"`
}
