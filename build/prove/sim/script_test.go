package sim

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"docket/app/desk"
	"docket/storage/outbox"
	"docket/storage/outbox/outboxtest"
)

// heal is a fault that ends by itself.
type heal struct {
	at  time.Time
	end func()
}

// script is what happens to a world.
type script struct {
	*world
	heals []heal
}

// play lets n things happen and then ends every fault.
func (s *script) play(n int) {
	for _, c := range s.computers {
		c.start(outboxtest.New(), filepath.Join(c.dir, "cache-0"))
	}
	pause(time.Duration(s.r.IntN(3000)) * time.Millisecond)
	for range n {
		s.step()
		pause(time.Duration(s.r.IntN(400)) * time.Millisecond)
		s.due(time.Now())
		s.wake()
	}
	for len(s.heals) > 0 {
		s.due(s.heals[0].at)
	}
	s.wake()
	s.peace()
}

// until ends a fault after a while.
func (s *script) until(most time.Duration, end func()) {
	s.heals = append(s.heals, heal{time.Now().Add(time.Duration(s.r.Int64N(int64(most)))), end})
}

func (s *script) due(now time.Time) {
	slices.SortStableFunc(s.heals, func(a, b heal) int { return a.at.Compare(b.at) })
	for len(s.heals) > 0 && !s.heals[0].at.After(now) {
		end := s.heals[0].end
		s.heals = s.heals[1:]
		end()
	}
}

// wake starts again what crashed by itself.
func (s *script) wake() {
	if s.dead.Load() {
		s.count["server_crashes"]++
		s.revive()
	}
	for _, c := range s.computers {
		if c.life.dead.Load() {
			s.count["client_crashes"]++
			c.revive()
		}
	}
}

// peace ends what lasts until somebody ends it.
func (s *script) peace() {
	s.next.Store(well)
	s.views.Store(0)
	if err := s.declare(theDesk); err != nil {
		s.t.Errorf("declare: %v", err)
	}
	for _, c := range s.computers {
		c.fuse.Store(0)
		c.twice.Store(false)
		if c.life.dead.Load() { // the fuse was quicker
			c.revive()
		}
		c.paused = false
		c.eng.SetPaused(false)
		if c.eng.Status().State == "refused" {
			c.eng.Kick() // its person tries again
		}
	}
}

// step does one random thing.
func (s *script) step() {
	c := s.computers[s.r.IntN(len(s.computers))]
	switch k := s.r.IntN(100); {
	case k < 60:
		for range 1 + s.r.IntN(4) {
			s.act(s.computers[s.r.IntN(len(s.computers))])
		}
	case k < 63:
		for range 5 + s.r.IntN(25) { // a burst
			s.act(c)
		}
	case k < 80:
		s.line(c)
	case k < 93:
		s.machine(c)
	default:
		s.server()
	}
}

// line breaks a computer's line, or everybody's.
func (s *script) line(c *computer) {
	who := []*computer{c}
	if s.r.IntN(4) == 0 {
		who = s.computers
	}
	kind := s.r.IntN(6)
	most := time.Duration(1+s.r.IntN(40)) * time.Second
	for _, c := range who {
		switch kind {
		case 0:
			c.line.Cut()
			s.count["cuts"]++
		case 1:
			c.line.Stall(true)
			s.count["partitions"]++
			s.until(most, func() { c.line.Stall(false) })
		case 2:
			c.line.Stall(true)
			s.count["partitions"]++
			s.until(most, func() { c.line.Cut(); c.line.Stall(false) })
		case 3:
			base, jitter := time.Duration(c.pick(800))*time.Millisecond, 1+c.pick(2000)
			c.line.SetDelay(func() time.Duration { return base + time.Duration(c.pick(jitter))*time.Millisecond })
			s.count["delays"]++
			s.until(most, func() { c.line.SetDelay(nil) })
		case 4:
			c.line.SetRate(200 + c.pick(4000))
			s.count["slow_readers"]++
			s.until(most, func() { c.line.SetRate(0) })
		case 5:
			c.line.SetCutIn(func() int { return 200 + c.pick(20_000) })
			if s.r.IntN(2) == 0 {
				c.line.Cut()
			}
			s.count["cuts"]++
			s.until(most, func() { c.line.SetCutIn(nil) })
		}
	}
}

const year = 365 * 24 * time.Hour

// machine does something to a computer.
func (s *script) machine(c *computer) {
	switch s.r.IntN(13) {
	case 0: // it sleeps
		if c.asleep {
			return
		}
		c.asleep = true
		c.line.Stall(true)
		s.count["sleeps"]++
		s.until(40*time.Second, func() {
			c.asleep = false
			c.offset.Add(s.r.Int64N(int64(7 * 24 * time.Hour)))
			c.line.Stall(false)
		})
	case 1:
		c.offset.Store(s.r.Int64N(int64(20*year)) - int64(10*year))
		s.count["clock_jumps"]++
	case 2:
		c.offset.Store(0)
		s.count["clock_jumps"]++
	case 3:
		c.restart()
		s.count["client_restarts"]++
	case 4:
		c.crash(c.life, false)
	case 5, 6, 7: // in the middle of something
		c.fuse.Store(int32(1 + s.r.IntN(60)))
	case 8:
		c.disk.Store(diskFull)
		s.count["disk_faults"]++
		s.until(10*time.Second, func() { c.disk.Store(diskWell) })
	case 9:
		c.disk.Store(diskSick)
		s.count["disk_faults"]++
		s.until(10*time.Second, func() { c.disk.Store(diskWell) })
	case 10:
		c.low.Store(true)
		s.count["disk_faults"]++
		s.until(10*time.Second, func() { c.low.Store(false) })
	case 11:
		c.twice.Store(!c.twice.Load())
	case 12:
		c.paused = !c.paused
		c.eng.SetPaused(c.paused)
	}
}

// server does something to the server.
func (s *script) server() {
	switch s.r.IntN(10) {
	case 0:
		s.crash()
	case 1, 2:
		s.next.Store([]int32{crashBefore, crashAfter}[s.r.IntN(2)])
	case 3:
		s.restart()
		s.count["server_restarts"]++
	case 4, 5:
		s.next.Store([]int32{fullBefore, awayAfter}[s.r.IntN(2)])
		s.count["commit_faults"]++
	case 6:
		s.views.Store(int32(1 + s.r.IntN(5)))
	case 7:
		s.rights()
	case 8:
		s.skew.Store(s.r.Int64N(int64(20 * 24 * time.Hour)))
	case 9:
		if s.backup == "" || s.r.IntN(3) == 0 {
			s.keepBackup()
		} else {
			s.restore()
			s.count["restores"]++
		}
	}
}

// rights changes what some people may see.
func (s *script) rights() {
	text := theDesk
	for _, change := range [][2]string{
		{"departments: [hosting, triage]", "departments: [billing]"},
		{"{org: bakery, access: read}", "{org: bakery, access: none}"},
		{"[{org: studio, access: read}, {org: bakery, access: none}]", "[{org: bakery, access: comment}]"},
		{"role: lead, departments: [hosting]", "role: engineer, departments: [triage]"},
		{"name: Timo Bos, role: engineer, departments: [hosting]", "name: Timo Bos, role: engineer, departments: [hosting], disabled: true"},
	} {
		if s.r.IntN(2) == 0 {
			text = strings.Replace(text, change[0], change[1], 1)
		}
	}
	s.count["rights"]++
	if err := s.declare(text); err != nil {
		s.t.Errorf("declare: %v", err)
	}
}

// act lets a computer's person do something. Much of it is refused, and that
// is part of it.
func (s *script) act(c *computer) {
	text := fmt.Sprintf("text %d", len(s.said)+len(s.unsure))
	if len(s.ids) == 0 || s.r.IntN(6) == 0 {
		id := desk.TicketID(s.uuid())
		s.ids = append(s.ids, id)
		s.say(c, id, 0, text, desk.Open{Subject: text, Text: text, Department: s.dept(), Private: s.r.IntN(4) == 0, Requester: s.requester(c)})
		return
	}
	if s.r.IntN(12) == 0 && s.decideOn(c) {
		return
	}
	id := s.ids[s.r.IntN(len(s.ids))]
	head, err := c.look(id)
	if err != nil && s.r.IntN(6) != 0 {
		return
	}
	staff := []desk.PersonID{"", "jonas", "petra", "timo", "lea"}[s.r.IntN(5)]
	var args desk.Args
	switch s.r.IntN(16) {
	case 0, 1:
		s.say(c, id, head.LastSeq, text, desk.AddNote{Text: text, Mentions: []desk.PersonID{"petra"}})
		return
	case 2:
		args = desk.SetStatus{From: head.Status, To: []desk.Status{desk.InProgress, desk.OnHold, desk.WaitingThirdParty}[s.r.IntN(3)]}
	case 3:
		args = desk.Assign{From: head.Assignee, To: staff}
	case 4:
		args = desk.Refer{From: head.Department, To: s.dept(), Reason: "not ours"}
	case 5:
		args = desk.SetPriority{From: head.Priority, To: []desk.Priority{desk.PriorityLow, desk.PriorityHigh}[s.r.IntN(2)]}
	case 6:
		args = desk.SetCCs{Add: []desk.PersonID{people[s.r.IntN(len(people))]}}
	case 7:
		args = desk.SetCCs{Remove: []desk.PersonID{people[s.r.IntN(len(people))]}}
	case 8:
		args = desk.CloseTicket{}
	case 9:
		args = desk.Reopen{Reason: "again"}
	case 10:
		args = desk.SetPrivate{Private: s.r.IntN(2) == 0}
	case 11, 12:
		args = desk.MarkRead{Seq: head.LastSeq}
	default:
		s.say(c, id, head.LastSeq, text, desk.Reply{Text: text})
		return
	}
	s.do(c, id, head.LastSeq, args)
}

func (s *script) dept() desk.DeptID {
	return []desk.DeptID{"triage", "hosting", "billing"}[s.r.IntN(3)]
}

func (s *script) requester(c *computer) desk.PersonID {
	if slices.Index(people, c.person) < 5 {
		return ""
	}
	return people[s.r.IntN(5)]
}

// look is what the person sees of a ticket.
func (c *computer) look(id desk.TicketID) (desk.Ticket, error) {
	c.life.write.Lock()
	defer c.life.write.Unlock()
	t, _, err := c.cache.Ticket(id)
	return t, err
}

// do queues a command.
func (s *script) do(c *computer, id desk.TicketID, basis uint64, args desk.Args) (desk.CommandID, error) {
	cmd := desk.Command{ID: desk.CommandID(s.uuid()), Ticket: id, Basis: basis, Composed: c.now(), Args: args}
	var hold time.Time
	if s.r.IntN(5) == 0 { // it can be recalled for a while
		hold = c.now().Add(time.Duration(s.r.IntN(10)) * time.Second)
	}
	_, err := c.out.Add(cmd, hold)
	s.count["queued"]++
	c.eng.Kick()
	return cmd.ID, err
}

// say queues a command with a text nobody else has. If it could not be kept,
// the text is still the window's, and what the disk has of it is not known.
func (s *script) say(c *computer, id desk.TicketID, basis uint64, text string, args desk.Args) {
	if cmd, err := s.do(c, id, basis, args); err == nil {
		s.said[text] = cmd
	} else {
		s.unsure[text] = true
		s.count["not_kept"]++
	}
}

// decideOn lets the author of something that came back send it again.
func (s *script) decideOn(c *computer) bool {
	for _, it := range c.out.Items() {
		text := textOf(it.Command)
		if !it.State.NeedsPerson() || text == "" || s.said[text] != it.ID || it.State == outbox.Refused && s.r.IntN(3) > 0 {
			continue
		}
		cmd := it.Command
		cmd.ID = desk.CommandID(s.uuid())
		if head, err := c.look(cmd.Ticket); err == nil {
			cmd.Basis = head.LastSeq
		}
		if _, err := c.out.Retry(it.ID, cmd); err != nil {
			s.unsure[text] = true
			delete(s.said, text)
		} else {
			s.said[text] = cmd.ID
			s.count["sent_again"]++
		}
		c.eng.Kick()
		return true
	}
	return false
}

func textOf(cmd desk.Command) string {
	switch a := cmd.Args.(type) {
	case desk.Open:
		return a.Text
	case desk.Reply:
		return a.Text
	case desk.AddNote:
		return a.Text
	}
	return ""
}
