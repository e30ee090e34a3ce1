//go:build linux

package main

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// family gives the processes below one, a browser's for instance.
func family(pid int) []int {
	children := map[int][]int{}
	files, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			continue // it has ended
		}
		s := string(b)
		w := strings.Fields(s[strings.LastIndexByte(s, ')')+1:])
		parent, _ := strconv.Atoi(w[1])
		var own int
		if _, err := fmt.Sscan(s, &own); err == nil {
			children[parent] = append(children[parent], own)
		}
	}
	var out []int
	var walk func(int)
	walk = func(p int) {
		for _, c := range children[p] {
			out = append(out, c)
			walk(c)
		}
	}
	walk(pid)
	return out
}

// kin is a process and all below it, with the CPU time each was last seen to
// have had: a browser's parts are gone before anybody can ask.
type kin struct {
	pid int
	had map[int]time.Duration
}

func (k *kin) look() {
	for _, pid := range append(family(k.pid), k.pid) {
		k.had[pid] = max(k.had[pid], cpuOf(pid))
	}
}

// othersThan gives the percentage of the whole machine that others had than
// this process, those it was begun with, and all of kin, who began later.
func (m *meter) othersThan(k *kin) float64 {
	all := machine() - m.all
	for pid, before := range m.mine {
		all -= cpuOf(pid) - before
	}
	for _, had := range k.had {
		all -= had
	}
	whole := time.Since(m.at) * time.Duration(runtime.NumCPU())
	return math.Round(1000*max(0, float64(all)/float64(whole))) / 10
}
