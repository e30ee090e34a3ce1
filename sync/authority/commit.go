package authority

import (
	"context"
	"errors"
	"time"

	"docket/app/desk"
	"docket/sync/wire"
)

// A batch ends at this many commands, so that the first in it does not wait
// for ever and one transaction stays a size any store takes.
const maxBatch = 512

// retryAfter is what a client is told to wait when we could not write.
const retryAfter = 2 * time.Second

var errStopping = &desk.Error{
	Code: desk.CodeOffline, Message: "The server is restarting.",
	Hint: "What you wrote is kept on this computer and sent again by itself.",
}

// job is one Execute call. The committer alone touches it until done is closed.
type job struct {
	device desk.DeviceID
	asked  []asked
	own    []desk.Command // the desk's, instead of a device's
	take   *wire.Take     // what is asked for, instead of asked
	answer wire.Receipts
	taken  wire.Taken
	err    error
	done   chan struct{}
}

// asked is a command as it was read by whoever brought it: there is one
// committer and there are many who wait for it.
type asked struct {
	DSeq uint64
	hash string
	cmd  desk.Command
	err  error
}

func read(pushed []wire.PushedCommand) []asked {
	all := make([]asked, len(pushed))
	for i, p := range pushed {
		all[i] = asked{DSeq: p.DSeq, hash: wire.Hash(p.Body)}
		all[i].cmd, all[i].err = wire.DecodeCommand(p.Body)
	}
	return all
}

// step is what came of one job inside a transaction that may still fail.
type step struct {
	answer wire.Receipts
	taken  wire.Taken
	err    error
}

func (j *job) size() int { return max(len(j.asked)+len(j.own), 1) }

// alone gives the job's commands as a job each.
func (j *job) alone() []*job {
	if j.take != nil {
		return []*job{j}
	}
	var out []*job
	for _, p := range j.asked {
		out = append(out, &job{device: j.device, asked: []asked{p}})
	}
	for _, c := range j.own {
		out = append(out, &job{own: []desk.Command{c}})
	}
	return out
}

// failing is what a job is told when the store could not write.
func failing(j *job, err error) step {
	if j.take != nil {
		return step{err: notNow(sayOutage(err))}
	}
	return step{answer: again(sayOutage(err))}
}

func again(err error) wire.Receipts {
	e := *desk.AsError(err)
	e.Err = nil
	return wire.Receipts{Retry: &e, RetryAfter: int(retryAfter / time.Millisecond)}
}

func (a *Authority) commitLoop(ctx context.Context) {
	defer close(a.done)
	for {
		first, ok := <-a.queue
		if !ok {
			return
		}
		batch, n := []*job{first}, first.size()
	more:
		for n < maxBatch {
			select {
			case j, ok := <-a.queue:
				if !ok {
					break more
				}
				batch, n = append(batch, j), n+j.size()
			default:
				break more
			}
		}
		a.commit(ctx, batch, n)
	}
}

// commit runs a batch in one transaction. If that fails the jobs are tried one
// by one, so that what is wrong with one of them stays with its device.
func (a *Authority) commit(ctx context.Context, batch []*job, commands int) {
	start := time.Now()
	steps := make([]step, len(batch))
	var moved []desk.Move
	err := a.update(ctx, func(tx Tx) error {
		for i, j := range batch {
			var err error
			if steps[i], err = a.run(tx, j, nil); err != nil {
				return err
			}
		}
		moved = tx.Moved()
		return nil
	})
	if err == nil {
		a.cfg.Committed(commands, time.Since(start))
		a.tell(moved)
		for i, j := range batch {
			a.finish(j, steps[i])
		}
		return
	}
	if outage(err) {
		a.log.Error("commit failed", "commands", commands, "err", err)
		for _, j := range batch {
			a.finish(j, failing(j, err))
		}
		return
	}
	for _, j := range batch {
		a.finish(j, a.commitAlone(ctx, j))
	}
}

// commitAlone runs one job with every command in a transaction of its own. A
// command the store will not take is refused, and the next one has its turn.
func (a *Authority) commitAlone(ctx context.Context, j *job) step {
	var all step
	for _, one := range j.alone() {
		s := a.commitOne(ctx, one)
		all.taken = s.taken
		all.answer.Receipts = append(all.answer.Receipts, s.answer.Receipts...)
		all.answer.Gap, all.err = s.answer.Gap, s.err
		all.answer.Retry, all.answer.RetryAfter = s.answer.Retry, s.answer.RetryAfter
		if all.err != nil || all.answer.Gap != 0 || all.answer.Retry != nil {
			break
		}
	}
	return all
}

// commitOne runs a job of one command, or one that takes, in a transaction of
// its own.
func (a *Authority) commitOne(ctx context.Context, j *job) step {
	var s step
	var moved []desk.Move
	run := func(refuse *desk.Error) error {
		return a.update(ctx, func(tx Tx) (err error) {
			s, err = a.run(tx, j, refuse)
			moved = tx.Moved()
			return err
		})
	}
	start := time.Now()
	err := run(nil)
	if err != nil && !outage(err) {
		err = run(nil) // a passing fault must not refuse a good command
	}
	if err != nil && !outage(err) {
		a.log.Warn("command refused by the store", "device", j.device, "err", err)
		err = run(refusal(err))
	}
	if err != nil {
		a.log.Error("commit failed", "device", j.device, "err", err)
		return failing(j, err)
	}
	a.cfg.Committed(1, time.Since(start))
	a.tell(moved)
	return s
}

// update is Store.Update that survives a panic inside: the transaction is
// rolled back by the store, and the panic becomes an error.
func (a *Authority) update(ctx context.Context, fn func(Tx) error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			a.log.Error("panic in a transaction", "panic", panicText(r))
			err = &panicError{r}
		}
	}()
	return a.cfg.Store.Update(ctx, fn)
}

// tell has the hub know before anybody has a receipt, so that the lanes are
// already on their way when the receipt is.
func (a *Authority) tell(moved []desk.Move) {
	if len(moved) > 0 {
		a.cfg.Told(moved)
	}
}

func (a *Authority) finish(j *job, s step) {
	j.answer, j.taken, j.err = s.answer, s.taken, s.err
	close(j.done)
}

// refusal is what a person reads when the store would not take a command.
func refusal(err error) *desk.Error {
	var e *desk.Error
	if errors.As(err, &e) && e.Code != desk.CodeInternal {
		return e
	}
	return errFault
}

var errFault = &desk.Error{
	Code: desk.CodeInternal, Message: "The server could not do this because of a fault of its own.",
	Hint: "Your text is still here. Tell whoever runs the server; the fault is in its log.",
}

// outage reports whether err says that the store cannot write at all, so that
// trying the same again later is right and refusing the command is not.
func outage(err error) bool {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return true
	}
	var e *desk.Error
	if !errors.As(err, &e) {
		return false
	}
	switch e.Code {
	case desk.CodeDiskFull, desk.CodeOffline, desk.CodeBusy, desk.CodeDamaged:
		return true
	default:
		return false
	}
}

func sayOutage(err error) *desk.Error {
	var e *desk.Error
	if errors.As(err, &e) && e.Code == desk.CodeDiskFull {
		return &desk.Error{
			Code: desk.CodeDiskFull, Message: "The server's disk is full, so nothing can be sent at the moment.",
			Hint: "What you wrote is kept on this computer and sent by itself once there is room.",
		}
	}
	return &desk.Error{
		Code: desk.CodeInternal, Message: "The server cannot write to its store at the moment.",
		Hint: "What you wrote is kept on this computer and sent again by itself.",
	}
}
