package expand

import (
	"strconv"
	"strings"

	"vivarium/runtime/elixir/quoted"
)

// inlined holds the functions that the compiler replaces by one of Erlang's:
// calling either is the same (see the "Inlined by the compiler" notes in
// Elixir's documentation). Each line: name/arity, a space, and the Erlang
// function when its name differs; "module." in front of it when it is not
// :erlang's.
var inlined = inlineTable(map[quoted.Atom]string{
	"Elixir.Atom": "to_charlist/1=atom_to_list to_string/1=atom_to_binary",
	"Elixir.Bitwise": `
		bnot/1 band/2 bor/2 bxor/2 bsl/2 bsr/2 ~~~/1=bnot &&&/2=band |||/2=bor ^^^/2=bxor <<</2=bsl
		>>>/2=bsr`,
	"Elixir.Function": "capture/3=make_fun info/1=fun_info info/2=fun_info",
	"Elixir.Integer": `
		to_charlist/1=integer_to_list to_charlist/2=integer_to_list to_string/1=integer_to_binary
		to_string/2=integer_to_binary`,
	"Elixir.IO": "iodata_length/1=iolist_size iodata_to_binary/1=iolist_to_binary",
	"Elixir.Kernel": `
		!=/2=/= !==/2==/= */2 +/1 +/2 ++/2 -/1 -/2 --/2 //2 </2 <=/2==< ==/2 ===/2==:= >/2 >=/2 abs/1
		apply/2 apply/3 binary_part/3 bit_size/1 byte_size/1 ceil/1 div/2 exit/1 floor/1
		function_exported?/3=function_exported hd/1 is_atom/1 is_binary/1 is_bitstring/1 is_boolean/1
		is_float/1 is_function/1 is_function/2 is_integer/1 is_list/1 is_map/1 is_number/1 is_pid/1
		is_port/1 is_reference/1 is_tuple/1 length/1 make_ref/0 map_size/1 max/2 min/2 node/0 node/1 not/1
		rem/2 round/1 self/0 send/2 spawn/1 spawn/3 spawn_link/1 spawn_link/3 spawn_monitor/1
		spawn_monitor/3 throw/1 tl/1 trunc/1 tuple_size/1`,
	"Elixir.List": `
		to_atom/1=list_to_atom to_existing_atom/1=list_to_existing_atom to_float/1=list_to_float
		to_integer/1=list_to_integer to_integer/2=list_to_integer to_tuple/1=list_to_tuple`,
	"Elixir.Map": `
		from_keys/2=maps.from_keys intersect/2=maps.intersect keys/1=maps.keys merge/2=maps.merge
		to_list/1=maps.to_list values/1=maps.values`,
	"Elixir.Node": `
		list/0=nodes list/1=nodes spawn/2 spawn/3=spawn_opt spawn/4 spawn/5=spawn_opt spawn_link/2
		spawn_link/4 spawn_monitor/2 spawn_monitor/4`,
	"Elixir.Port": `
		close/1=port_close command/2=port_command command/3=port_command connect/2=port_connect list/0=ports
		open/2=open_port demonitor/1 demonitor/2`,
	"Elixir.Process": `
		alias/0 alias/1 alive?/1=is_process_alive cancel_timer/1 cancel_timer/2 demonitor/1 demonitor/2
		exit/2 flag/2=process_flag flag/3=process_flag get/0 get_keys/0 get_keys/1 group_leader/0
		hibernate/3 link/1 list/0=processes read_timer/1 registered/0 send/3 spawn/2=spawn_opt
		spawn/4=spawn_opt unalias/1 unlink/1 unregister/1`,
	"Elixir.String": `
		duplicate/2=binary.copy to_atom/1=binary_to_atom to_existing_atom/1=binary_to_existing_atom
		to_float/1=binary_to_float to_integer/1=binary_to_integer to_integer/2=binary_to_integer`,
	"Elixir.System": `
		monotonic_time/0 os_time/0=os.system_time system_time/0 time_offset/0 unique_integer/0
		unique_integer/1`,
	"Elixir.Tuple": "to_list/1=tuple_to_list",
})

type remoteName struct {
	module, name quoted.Atom
	arity        int
}

func inlineTable(modules map[quoted.Atom]string) map[remoteName]remoteName {
	table := map[remoteName]remoteName{}
	for module, text := range modules {
		for _, field := range strings.Fields(text) {
			slash := strings.LastIndexByte(field[:arityEnd(field)], '/')
			name := quoted.Atom(field[:slash])
			rest := field[slash+1:]
			arityText, target, renamed := strings.Cut(rest, "=")
			arity, err := strconv.Atoi(arityText)
			if err != nil {
				panic("BUG: " + field)
			}
			to := remoteName{"erlang", name, arity}
			if renamed {
				to.name = quoted.Atom(target)
				if m, f, ok := strings.Cut(target, "."); ok {
					to.module, to.name = quoted.Atom(m), quoted.Atom(f)
				}
			}
			table[remoteName{module, name, arity}] = to
		}
	}
	return table
}

// arityEnd is where name/arity ends: at the = that follows a digit.
func arityEnd(field string) int {
	for i := 1; i+1 < len(field); i++ {
		if field[i] == '/' && '0' <= field[i+1] && field[i+1] <= '9' {
			return i + 1
		}
	}
	return len(field)
}

// inline returns the Erlang function that stands for a call.
func inline(module, name quoted.Atom, arity int) (remoteName, bool) {
	to, ok := inlined[remoteName{module, name, arity}]
	return to, ok
}
