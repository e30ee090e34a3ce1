//go:build linux

package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// The versions that resolve, and what was measured of those that are not
// installed here; see PERFORMANCE.
const (
	centrifugoModule = "github.com/centrifugal/centrifugo/v5@v5.4.9"
	natsModule       = "github.com/nats-io/nats-server/v2@v2.15.2"
)

// peer gives a peer's program, built once inside its own module directory so
// that its own go.sum holds.
func (b *bench) peer(name, module string) (string, error) {
	bin := filepath.Join(b.cache, name)
	if _, err := os.Stat(bin); err == nil {
		return bin, nil
	}
	b.say("building %s", module)
	// Outside any module, so that nothing of it is written into ours.
	down := exec.CommandContext(b.ctx, "go", "mod", "download", "-json", module)
	down.Dir, down.Stderr = b.dir, os.Stderr
	out, err := down.Output()
	if err != nil {
		return "", fmt.Errorf("fetch %s: %w", module, err)
	}
	var m struct{ Dir string }
	if err := json.Unmarshal(out, &m); err != nil {
		return "", fmt.Errorf("read the answer about %s: %w", module, err)
	}
	cmd := exec.CommandContext(b.ctx, "go", "build", "-mod=readonly", "-o", bin, ".")
	cmd.Dir, cmd.Stderr = m.Dir, os.Stderr
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("build %s: %w", module, err)
	}
	return bin, nil
}

// process is a peer that runs.
type process struct {
	cmd *exec.Cmd
	log *os.File
}

func (b *bench) spawn(ready func() bool, args ...string) (*process, error) {
	log, err := os.CreateTemp(b.dir, filepath.Base(args[0])+"-*.log")
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(b.ctx, args[0], args[1:]...)
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", args[0], err)
	}
	p := &process{cmd, log}
	if err := until(b.ctx, 20*time.Second, filepath.Base(args[0])+" ready", ready); err != nil {
		p.kill()
		text, _ := os.ReadFile(log.Name())
		return nil, fmt.Errorf("%w: %.400s", err, text)
	}
	return p, nil
}

func (p *process) pid() int { return p.cmd.Process.Pid }

func (p *process) kill() {
	if p != nil {
		_ = p.cmd.Process.Kill()
		_ = p.cmd.Wait()
		p.log.Close()
	}
}
