package diskfull_test

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"time"

	"docket/app"
	"docket/app/desk"
	"docket/build/prove/headless"
	"docket/storage/outbox"
	"docket/sync/cmd/docketd/runtest"
)

// order is what a client process is started with.
type order struct {
	Server, Person, Dir, Keys string
	Seed                      uint64
	Run                       int
}

const orderEnv = "DOCKET_DISKFULL_CLIENT"

// said is a line of a client.
type said struct {
	What string
	// Token stands in a command's text, Key and Text are a draft's.
	Token, Key, Text string
	Code             string
	State            string
	Waits            int
	All              []string
}

// client is the whole life of a client process: it does what is asked for on
// standard input, one word a line, and says on standard output what it was told.
type client struct {
	order
	api *app.API
	r   *rand.Rand
	n   int
}

func (c *client) say(s said) {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	_, _ = os.Stdout.Write(append(b, '\n'))
}

func live(spec string) error {
	c := &client{}
	if err := json.Unmarshal([]byte(spec), &c.order); err != nil {
		return err
	}
	c.r = rand.New(rand.NewPCG(c.Seed, uint64(c.Run)))
	p := app.New(app.Deps{
		Profile: headless.Profile, Dir: c.Dir, Version: "diskfull", Shell: &headless.Shell{}, Notifier: headless.Quiet{},
		Vault: headless.Vault(c.Keys),
	})
	c.api = p.API()
	p.Start()
	defer p.Close()
	p.Ready()
	boot, err := c.api.Boot()
	if err == nil && boot.State == "signed_out" {
		boot, err = c.api.SignIn(c.Server, c.Person, runtest.Password)
	}
	if err != nil {
		return err
	}
	s := said{What: "start", State: boot.State}
	if boot.Problem != nil {
		s.Text, s.Code = boot.Problem.Message+" "+boot.Problem.Hint, boot.Problem.Code
	}
	c.say(s)
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		switch in.Text() {
		case "work":
			c.work()
		case "stand":
			c.stand()
		case "dump":
			c.dump()
		}
		c.say(said{What: "done"})
	}
	return nil
}

// told is what a person reads when something is not kept.
func (c *client) told(what, token, key string, err error) {
	e := desk.AsError(err)
	c.say(said{What: what, Token: token, Key: key, Code: string(e.Code), Text: e.Message})
}

// work is one thing a person does: write a draft, ask, answer, attach a file.
func (c *client) work() {
	c.n++
	token := fmt.Sprintf("tk-%d-%d.", c.Run, c.n)
	if c.r.IntN(3) == 0 {
		key := fmt.Sprintf("new/01950000-0000-7000-8000-%012x", c.r.IntN(3))
		text := token + strings.Repeat(" draft", c.r.IntN(3000))
		if _, err := c.api.SaveDraft(app.Draft{Key: key, Kind: string(outbox.DraftNew), Text: text}); err != nil {
			c.told("draft refused", "", key, err)
			return
		}
		c.say(said{What: "draft", Key: key, Text: text})
		return
	}
	var files []string
	if c.r.IntN(3) == 0 {
		b := make([]byte, 1+c.r.IntN(300_000))
		for i := range b {
			b[i] = byte(c.r.Uint32())
		}
		f, err := c.api.AddFile("f.bin", base64.StdEncoding.EncodeToString(b))
		if err != nil {
			c.told("refused", "", "", err)
			return
		}
		files = []string{f.Hash}
	}
	text := token + strings.Repeat(" and so on", c.r.IntN(1500))
	c.say(said{What: "ask", Token: token})
	_, err := c.api.OpenTicket(app.NewTicket{Subject: "About it", Text: text, Department: "servers", Urgency: "normal", Files: files})
	if err != nil {
		c.told("refused", token, "", err)
		return
	}
	c.say(said{What: "queued", Token: token})
}

func (c *client) stand() {
	boot, err := c.api.Boot()
	if err != nil || boot.State != "ready" {
		s := said{What: "stand", State: boot.State}
		if boot.Problem != nil {
			s.Code, s.Text = boot.Problem.Code, boot.Problem.Message+" "+boot.Problem.Hint
		}
		c.say(s)
		return
	}
	con, err := c.api.Connection()
	if err != nil {
		c.told("stand", "", "", err)
		return
	}
	items, err := c.api.Outbox()
	if err != nil {
		c.told("stand", "", "", err)
		return
	}
	s := said{What: "stand", State: con.State, Waits: con.Waiting}
	if con.Fault != nil {
		s.Code, s.Text = con.Fault.Code, con.Fault.Message
	}
	for _, it := range items {
		s.All = append(s.All, it.State+" "+firstWord(it.Text))
	}
	c.say(s)
}

func firstWord(s string) string {
	w, _, _ := strings.Cut(s, " ")
	return w
}

// dump is everything the person can see, and their drafts.
func (c *client) dump() {
	out, err := c.everything()
	if err != nil {
		c.told("dump", "", "", err)
		return
	}
	c.say(said{What: "dump", All: out})
}

func (c *client) everything() (out []string, err error) {
	views, err := c.api.Views()
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for _, v := range views {
		var rows []app.Row
		for len(rows) < v.Total {
			p, err := c.api.Rows(v.ID, len(rows), 50)
			if err != nil {
				return nil, err
			}
			if len(p.Rows) == 0 {
				return nil, fmt.Errorf("view %s ends at %d of %d", v.ID, len(rows), v.Total)
			}
			rows = append(rows, p.Rows...)
		}
		line := fmt.Sprintf("view %s %d:", v.ID, v.Total)
		for _, row := range rows {
			line += " " + row.ID
			if seen[row.ID] {
				continue
			}
			seen[row.ID] = true
			es, err := c.api.Entries(row.ID, 1<<30, 200)
			if err != nil {
				return nil, err
			}
			text := fmt.Sprintf("ticket %s %s %s:", row.ID, row.Number, row.Status)
			for _, e := range es {
				blocks, err := json.Marshal(e.Blocks)
				if err != nil {
					return nil, err
				}
				text += fmt.Sprintf(" [%d %s %s", e.Seq, e.Kind, blocks)
				for _, f := range e.Files {
					text += " " + f.Hash
				}
				text += "]"
			}
			out = append(out, text)
		}
		out = append(out, line)
	}
	ds, err := c.api.Drafts()
	for _, d := range ds {
		out = append(out, "draft "+d.Key+" "+d.Text)
	}
	slices.Sort(out)
	return out, err
}

var errEnded = errors.New("the process has ended")

// pause waits as a person does.
func pause(d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	<-t.C
}
