package app

import (
	"encoding/json"
	"os"
	"slices"

	"docket/app/desk"
	"docket/app/desk/policy"
	"docket/app/language"
)

var defaults = Settings{Theme: "system", Zoom: 1, Language: "system", Looks: []Look{}, Keys: []KeyChange{}, Recent: []string{}, Tabs: []string{}, Notify: NotifySettings{Off: []string{}}}

// KeyChange gives an action of the window other keys; none switch its keys off.
type KeyChange struct {
	Action string   `json:"action"`
	Keys   []string `json:"keys"`
}

// languages are what the page has words for; "" was kept before there were any
// and is the computer's.
var languages = []string{"", "system", "en", "de", "ar"}

// What a look may be made of.
var (
	densities = []string{"roomy", "compact"}
	columns   = []string{"status", "org", "department", "age", "owner", "due", "flags"}
)

// maxLooks bounds what the page can have kept; there are as many as lists.
const maxLooks = 500

// What the page can have kept of keys: each has a name and few keys.
const maxKeys, maxRecent, maxName, maxPerAction = 500, 20, 200, 4

// kept is the file of settings. Looks name the lists of one person at one
// desk, and so do keys, tabs and what was looked for, so it says whose they are.
type kept struct {
	Settings
	LooksOf string `json:"looksOf,omitempty"`
	// Spoken is what the window spoke last; Language may leave it to the computer.
	Spoken string `json:"spoken,omitempty"`
}

// loadSettings reads the person's choices; a file that cannot be read counts as
// none, since nothing hangs on it. It lies beside the cache, not in it, so that
// a cache loaded anew costs nobody their choices.
func (a *API) loadSettings() {
	k := kept{Settings: defaults}
	if b, err := os.ReadFile(a.path("settings.json")); err == nil {
		var read kept
		if json.Unmarshal(b, &read) == nil {
			// A look of a newer version is no reason to forget the rest.
			looks := slices.DeleteFunc(read.Looks, func(l Look) bool { return validLook(l) != nil })
			read.Looks = looks[:min(len(looks), maxLooks)]
			if validKeys(read.Settings) != nil {
				read.Keys, read.Recent = nil, nil
			}
			if validTabs(read.Settings) != nil {
				read.Tabs, read.Beside = nil, ""
			}
			if validSettings(read.Settings) == nil {
				k = read
			}
		}
	}
	a.mu.Lock()
	a.looksOf, a.spoken = k.LooksOf, k.Spoken
	a.mu.Unlock()
	a.apply(k.Settings)
	language.Speak(k.Spoken) // until the page says otherwise
}

func (a *API) apply(s Settings) {
	if s.Looks == nil {
		s.Looks = []Look{}
	}
	if s.Keys == nil {
		s.Keys = []KeyChange{}
	}
	if s.Notify.Off == nil {
		s.Notify.Off = []string{}
	}
	if s.Recent == nil {
		s.Recent = []string{}
	}
	if s.Tabs == nil {
		s.Tabs = []string{}
	}
	a.mu.Lock()
	a.settings = s
	a.mu.Unlock()
	a.center.Content(s.NotifyContent)
	a.center.Choose(s.Notify.choice())
	a.beside()
}

func validSettings(s Settings) error {
	if s.Theme != "system" && s.Theme != "light" && s.Theme != "dark" {
		return wrong("theme", "That is not a theme.")
	}
	if !(s.Zoom >= 0.5 && s.Zoom <= 3) {
		return wrong("zoom", "The window can be between half and three times its size.")
	}
	if !slices.Contains(languages, s.Language) {
		return wrong("language", "The window does not speak that language.")
	}
	if len(s.Looks) > maxLooks {
		return wrong("looks", "There are not that many lists.")
	}
	for i, l := range s.Looks {
		if err := validLook(l); err != nil {
			return err
		}
		if slices.ContainsFunc(s.Looks[:i], func(other Look) bool { return other.View == l.View }) {
			return wrong("looks", "A list can look only one way at a time.")
		}
	}
	if err := validNotify(s.Notify); err != nil {
		return err
	}
	if err := validTabs(s); err != nil {
		return err
	}
	return validKeys(s)
}

// maxTabs is as many as the page has room for.
const maxTabs = 12

func validTabs(s Settings) error {
	if len(s.Tabs) > maxTabs {
		return wrong("tabs", "So many tickets cannot be kept open at once.")
	}
	if s.Beside != "" && !desk.ValidUUID(s.Beside) || slices.ContainsFunc(s.Tabs, func(id string) bool { return !desk.ValidUUID(id) }) {
		return wrong("tabs", "That is not a ticket.")
	}
	return nil
}

func validKeys(s Settings) error {
	if len(s.Keys) > maxKeys || len(s.Recent) > maxRecent {
		return wrong("keys", "There are not that many actions.")
	}
	for i, k := range s.Keys {
		switch {
		case k.Action == "" || len(k.Action) > maxName || len(k.Keys) > maxPerAction:
			return wrong("keys", "An action has a name and at most four keys.")
		case slices.ContainsFunc(k.Keys, func(key string) bool { return key == "" || len(key) > 40 }):
			return wrong("keys", "That is not a key.")
		case slices.ContainsFunc(s.Keys[:i], func(other KeyChange) bool { return other.Action == k.Action }):
			return wrong("keys", "An action has its keys once.")
		}
	}
	if slices.ContainsFunc(s.Recent, func(id string) bool { return id == "" || len(id) > maxName }) {
		return wrong("recent", "An action has a name.")
	}
	return nil
}

func validLook(l Look) error {
	_, by, ok := policy.ViewID(l.View).Split()
	switch {
	case l.View == "" || len(l.View) > 200 || !ok || by != policy.ByQueue:
		return wrong("view", "There is no such list.")
	case !slices.Contains(policy.Orders(), policy.Order(l.Sort)):
		return wrong("sort", "A list cannot be sorted that way.")
	case !slices.Contains(densities, l.Density):
		return wrong("density", "Rows are roomy or compact.")
	}
	for i, c := range l.Columns {
		if !slices.Contains(columns, c) || slices.Contains(l.Columns[:i], c) {
			return wrong("columns", "A list has no such column.")
		}
	}
	return nil
}

// SaveSettings keeps the person's choices on this computer.
func (a *API) SaveSettings(s Settings) error {
	if err := validSettings(s); err != nil {
		return err
	}
	for i := range s.Looks {
		if s.Looks[i].Columns == nil {
			s.Looks[i].Columns = []string{} // none is a choice
		}
	}
	for i := range s.Keys {
		if s.Keys[i].Keys == nil {
			s.Keys[i].Keys = []string{} // so is no key
		}
	}
	a.apply(s)
	a.mu.RLock()
	sess := a.sess
	a.mu.RUnlock()
	if sess != nil {
		sess.sorter.kick()
	}
	return a.writeSettings()
}

func (a *API) writeSettings() error {
	a.mu.RLock()
	k := kept{Settings: a.settings, LooksOf: a.looksOf, Spoken: a.spoken}
	a.mu.RUnlock()
	b, err := json.MarshalIndent(k, "", "  ")
	if err != nil {
		return err
	}
	return writeFile(a.path("settings.json"), b)
}

// looksFor makes the looks those of a person; what another left is dropped.
func (a *API) looksFor(who string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.looksOf != who {
		a.looksOf, a.settings.Looks, a.settings.Keys, a.settings.Recent = who, []Look{}, []KeyChange{}, []string{}
		a.settings.Tabs, a.settings.Beside = []string{}, ""
	}
}

// forgetLooks drops what names the lists of a desk, when its person leaves.
func (a *API) forgetLooks() error {
	a.mu.RLock()
	none := a.looksOf == "" && len(a.settings.Looks)+len(a.settings.Keys)+len(a.settings.Recent)+len(a.settings.Tabs) == 0 && a.settings.Beside == ""
	a.mu.RUnlock()
	if none {
		return nil
	}
	a.looksFor("")
	return a.writeSettings()
}

// order is how the person wants a view sorted.
func (a *API) order(v policy.ViewID, usual policy.Order) policy.Order {
	a.mu.RLock()
	defer a.mu.RUnlock()
	for _, l := range a.settings.Looks {
		if l.View == string(v) {
			return policy.Order(l.Sort)
		}
	}
	return usual
}
