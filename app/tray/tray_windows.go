package tray

import (
	"runtime"
	"sync"

	"fyne.io/systray"
)

// Tray is the icon in the notification area. The library under it has one for
// the life of the program: what was shown once goes with Close.
type Tray struct {
	icon []byte
	act  func(id string)

	mu    sync.Mutex // guards what follows
	shown bool
	items []Item
	lines []*systray.MenuItem
	ended chan struct{} // closed when the loop has ended; nil before it began
	done  chan struct{} // closed by Close
	wg    sync.WaitGroup
}

// New makes a tray whose icon is an .ico file; act is told what is chosen.
func New(icon []byte, act func(id string)) *Tray {
	return &Tray{icon: icon, act: act, done: make(chan struct{})}
}

// Set shows a state.
func (t *Tray) Set(s State) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.shown {
		if !s.Shown {
			return
		}
		t.shown, t.ended = true, make(chan struct{})
		ready := make(chan struct{})
		go func() {
			defer close(t.ended)
			runtime.LockOSThread() // the messages of a window come to the thread that made it
			systray.Run(func() { close(ready) }, nil)
		}()
		<-ready
		systray.SetIcon(t.icon)
		systray.SetOnTapped(func() { t.act(Open) })
	}
	systray.SetTooltip(s.Tip)
	t.put(s.Items)
}

// put writes the menu: labels change, lines do not.
func (t *Tray) put(items []Item) {
	for i, it := range items {
		switch {
		case i < len(t.lines):
			if t.lines[i] != nil {
				t.lines[i].SetTitle(it.Label)
			}
		case it.Label == "":
			systray.AddSeparator()
			t.lines = append(t.lines, nil)
		default:
			line := systray.AddMenuItem(it.Label, "")
			t.lines = append(t.lines, line)
			t.wg.Add(1)
			go t.hear(line, i)
		}
	}
	t.items = items
}

func (t *Tray) hear(line *systray.MenuItem, i int) {
	defer t.wg.Done()
	for {
		select {
		case <-line.ClickedCh:
			t.mu.Lock()
			id := t.items[i].ID
			t.mu.Unlock()
			t.act(id)
		case <-t.done:
			return
		}
	}
}

// Close takes the icon away and waits.
func (t *Tray) Close() {
	t.mu.Lock()
	ended := t.ended
	t.mu.Unlock()
	close(t.done)
	if ended != nil {
		systray.Quit()
		<-ended
	}
	t.wg.Wait()
}
