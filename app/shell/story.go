//go:build (dev || production || bindings) && story

package shell

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"sync"
	"time"

	rt "github.com/wailsapp/wails/v2/pkg/runtime"
)

// Story is bound in story builds only, so that a headless run can aim real
// clicks at what is on the screen. It listens on the socket DOCKET_STORY names,
// asks the page where the parts matching a selector are, and gives what a person
// could see of them. The page itself has nothing for this: the question is a
// script that the window runs.
type Story struct {
	mu      sync.Mutex // guards waiting and next
	waiting map[int]chan string
	next    int
}

var story = &Story{waiting: map[int]chan string{}}

func (w *Window) bound(api any) []any { return []any{api, story} }

func (w *Window) openedForStory() {
	path := os.Getenv("DOCKET_STORY")
	if path == "" {
		return
	}
	_ = os.Remove(path)
	l, err := net.Listen("unix", path)
	if err != nil {
		fmt.Fprintln(os.Stderr, "story:", err)
		return
	}
	go func() { // ends with the program, which lives for one story
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go w.answer(conn)
		}
	}()
}

// Answer is called by the script with the JSON of the parts.
func (s *Story) Answer(id int, parts string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.waiting[id]; c != nil {
		delete(s.waiting, id)
		c <- parts
	}
}

func (w *Window) answer(conn net.Conn) {
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(5 * time.Second))
	var q struct{ Selector string }
	if json.NewDecoder(bufio.NewReader(io.LimitReader(conn, 4096))).Decode(&q) != nil {
		return
	}
	ctx := w.context()
	if ctx == nil {
		return
	}
	reply := make(chan string, 1)
	story.mu.Lock()
	story.next++
	id := story.next
	story.waiting[id] = reply
	story.mu.Unlock()
	rt.WindowExecJS(ctx, fmt.Sprintf(where, strconv.Quote(q.Selector), id))
	select {
	case parts := <-reply:
		_, _ = io.WriteString(conn, parts+"\n")
	case <-time.After(4 * time.Second):
		story.mu.Lock()
		delete(story.waiting, id)
		story.mu.Unlock()
	}
}

// where gives the boxes of what matches and can be seen: it has a size, lies in
// the window, and is itself on top at its middle or holds what is. It says, too,
// how many clicks the page has heard.
const where = `(() => {
  const zoom = 1, parts = [];
  if (window.storyClicks === undefined) {
    window.storyClicks = 0;
    window.addEventListener('click', () => window.storyClicks++, true);
  }
  let all = [];
  try { all = [...document.querySelectorAll(%s)]; } catch {}
  for (const e of all) {
    const b = e.getBoundingClientRect();
    if (b.width <= 0 || b.height <= 0) continue;
    const x = Math.max(b.left, 0), y = Math.max(b.top, 0);
    const r = Math.min(b.right, innerWidth), u = Math.min(b.bottom, innerHeight);
    if (r - x < 1 || u - y < 1) continue;
    if (!e.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    const top = document.elementFromPoint((x + r) / 2, (y + u) / 2);
    if (top && !e.contains(top) && !top.contains(e)) continue;
    parts.push({ X: Math.round(x * zoom), Y: Math.round(y * zoom), W: Math.round(r - x), H: Math.round(u - y), Text: ('value' in e && e.value) || e.innerText || '' });
  }
  parts.sort((a, b) => a.Y - b.Y || a.X - b.X);
  window.go.shell.Story.Answer(%d, JSON.stringify({ Parts: parts, Clicks: window.storyClicks }));
})()`
