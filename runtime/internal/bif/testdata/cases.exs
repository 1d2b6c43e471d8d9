# Calls of built-in functions. Run by real Elixir (1.20 on OTP 29) this writes
# what they give: elixir cases.exs > cases.txt. A line is module, function, the
# list of arguments in the external term format in base 64, "ok" or the class of
# the exception, the result or reason, what format_error says of an error (or
# nil), then a comment.
import Bitwise

big = 1 <<< 100
deep = Enum.reduce(1..50, [], fn i, l -> [i, l] end)
m40 = Map.new(1..40, &{&1, &1 * &1})
bits = <<5::3>>

calls = [
  erlang: [
    +: [[1, 2], [1, 2.5], [:a, 1], [big, big], [1.7e308, 1.7e308]],
    -: [[1, 2], [5], [:a], [big, 1.0]],
    *: [[3, 4], [big, -big], ["a", 1], [0, 1.5]],
    /: [[1, 2], [1, 0], [1.0, 0.0], [big, big]],
    div: [[7, 2], [-7, 2], [7, -2], [1, 0], [1.0, 1], [big, 3]],
    rem: [[7, 2], [-7, 2], [7, -2], [1, 0], [big, 7]],
    band: [[12, 10], [-1, big], [1.0, 1]],
    bor: [[12, 10], [-1, big]],
    bxor: [[12, 10], [-1, big]],
    bnot: [[5], [big], [:a]],
    bsl: [[1, 70], [1, -1], [-1, 3], [1, :a], [1, big]],
    bsr: [[1, -70], [-1, 3], [big, 50], [-1, big]],
    abs: [[-5], [-5.5], [:a], [-big]],
    ==: [[1, 1.0], [[1], [1.0]], [:a, :b]],
    "=:=": [[1, 1.0], ["a", "a"], [0.0, -0.0]],
    <: [[1, :a], [%{}, []], [{1, 2}, {3}]],
    max: [[1, 1.0], [:a, 2]],
    min: [[1.0, 1], [[], {}]],
    and: [[true, false], [1, true]],
    xor: [[true, true], [true, :x]],
    not: [[false], [nil]],
    trunc: [[2.9], [-2.9], [1.0e30], [5], [:a]],
    round: [[2.5], [-2.5], [0.49999999999999994], [4503599627370497.5], ["1"]],
    floor: [[2.5], [-2.5], [3]],
    ceil: [[2.5], [-2.5], [-0.5]],
    float: [[3], [big], [1 <<< 2000], [:a]],
    is_integer: [[big, 1, 2], [5, 1, 9], [5, 1.0, 9], [1.5, 1, 2]],
    is_record: [[{:a, 1}, :a], [{:a, 1}, :a, 2], [{:a, 1}, :b], [{:a}, "a"]],
    map_size: [[%{a: 1}], [m40], [:a]],
    map_get: [[:a, %{a: 1}], [:b, %{a: 1}], [:b, 1]],
    is_map_key: [[:a, %{a: 1}], [:b, m40], [:a, []]],
    tuple_size: [[{1, 2}], [[]]],
    element: [[1, {1, 2}], [0, {1}], [3, {1, 2}], [1, []], [:a, {1}]],
    setelement: [[2, {1, 2}, :x], [3, {1, 2}, 1]],
    make_tuple: [[3, :a], [-1, :a], [2, 0, [{1, :x}]], [2, 0, [{3, :x}]]],
    append_element: [[{1}, 2], [[], 2]],
    insert_element: [[1, {1}, :a], [2, {1}, :a], [3, {1}, :a]],
    delete_element: [[1, {1, 2}], [3, {1, 2}]],
    tuple_to_list: [[{1, 2}], [1]],
    list_to_tuple: [[[1, 2]], [[1 | 2]], [1]],
    hd: [[[1]], [[]], [1]],
    tl: [[[1, 2]], [[]]],
    length: [[[1, 2]], [[1 | 2]], [:a]],
    ++: [[[1], [2]], [[], 1], [[1], 2], [[1 | 2], []], [:a, []]],
    --: [[[1, 2, 1, 3, 1.0], [1, 1.0, 4]], [[1, 2], []], [[], [1]], [:a, []], [Enum.to_list(1..30), Enum.to_list(5..60)]],
    atom_to_binary: [[:abc], [:é, :latin1], [:"€", :latin1], ["a"], [:a, :foo]],
    atom_to_list: [[:héé], [1]],
    binary_to_atom: [["abc"], [<<255>>], [<<233>>, :latin1], ["a", :foo], [1], [String.duplicate("x", 256)]],
    binary_to_existing_atom: [["ok"], ["there is no such atom I hope"]],
    list_to_atom: [[~c"abc"], [[-1]], [[0xD800]], [:a], [[?a | ?b]]],
    list_to_existing_atom: [[~c"ok"], [~c"nor one like this one"]],
    integer_to_binary: [[255], [255, 16], [-big], [255, 1], [1.0], [big, 36]],
    integer_to_list: [[255, 2], [-7]],
    binary_to_integer: [["12"], ["-12"], ["+12"], ["1_2"], ["ff", 16], ["", 10], [12], ["99999999999999999999"], [" 1"], ["1", 37]],
    list_to_integer: [[~c"12"], [~c"zz", 36], [~c""], [:a]],
    float_to_binary: [[1.5], [1, []], [1.5, [:short]], [0.1, [decimals: 4]], [0.1, [:compact, decimals: 4]], [1.0e20, [decimals: 2]], [1.5, [scientific: 3]], [1.5, [:foo]], [1.45, [decimals: 1]], [1.0e256, [decimals: 0]], [1.5, [decimals: 254]], [-0.0, [:short]]],
    float_to_list: [[2.5], [2.5, [decimals: 0]]],
    binary_to_float: [["1.5"], ["1"], ["1.5e3"], ["1.0e400"], [1.5], ["-0.0"]],
    list_to_float: [[~c"1.5"], [~c"x"]],
    byte_size: [["abc"], [bits], [:a]],
    bit_size: [["abc"], [bits], [1]],
    size: [["abc"], [{1}], [1]],
    binary_part: [["hello", 1, 2], ["hello", 5, -2], ["hello", 4, 2], ["hello", -1, 1], ["hello", {0, 5}], [1, 0, 0], ["a", 0, :x]],
    split_binary: [["hello", 2], ["hello", 6], ["hello", 0]],
    binary_to_list: [["abc"], ["abc", 2, 3], ["abc", 0, 1], ["abc", 3, 2], [bits], [1]],
    bitstring_to_list: [["abc"], [<<"a", 5::3>>], [1]],
    list_to_binary: [[[1, "a", [2 | "b"]]], ["a"], [[256]], [:a], [[1 | 2]]],
    iolist_to_binary: [["a"], [[1, "a", [2 | "b"]]], [[:a]], [[1 | 2]], [bits]],
    iolist_size: [[[1, "abc", [[]]]], ["a"], [[-1]], [1]],
    list_to_bitstring: [[[bits, bits, "a", 1]], ["a"], [[:a]]],
    md5: [["abc"], [:a]],
    crc32: [["abc"], [5, "abc"], [:a]],
    adler32: [["abc"], [5, "abc"]],
    term_to_binary: [[[1, :a, "b", 1.5, big, {}, []]], [bits], [%{b: 1}]],
    binary_to_term: [[<<131, 97, 1>>], [<<131, 97>>], ["x"], [<<131, 97, 1, 2>>, [:used]], [1], [<<131, 119, 5, "zzqqx">>, [:safe]]],
    phash2: [[deep], [m40], [:a, 10], [:a, 0], [1, big]],
    convert_time_unit: [[1, :second, :millisecond], [1500, :millisecond, :second], [-1, :millisecond, :second], [1, 3, 7], [1, :foo, :second]],
    apply: [[:erlang, :+, [1, 2]], [:erlang, :+, 1]],
    fun_to_list: [[&Enum.map/2], [1]],
    is_function: [[&Enum.map/2, 2], [&Enum.map/2, 1], [&Enum.map/2, -1], [1, 2]],
    fun_info: [[&Enum.map/2, :arity], [&Enum.map/2, :module], [&Enum.map/2, :type], [&Enum.map/2, :foo], [1, :arity]],
    make_fun: [[Enum, :map, 2], [Enum, :map, -1], [1, :map, 2]],
    exit: [[:boom]],
    throw: [[:boom]],
    error: [[:boom], [:boom, [1]]],
    raise: [[:error, :x, []], [:throw, :x, []], [:foo, :x, []]],
    universaltime_to_localtime: [[{{2024, 2, 29}, {1, 2, 3}}], [{{2023, 2, 29}, {1, 2, 3}}]],
    universaltime_to_posixtime: [[{{2024, 2, 29}, {1, 2, 3}}], [:a]],
    posixtime_to_universaltime: [[1_709_168_523]],
    node: [[]],
    is_alive: [[]],
    nodes: [[]],
    unlink: [[:a]],
    link: [[:a]],
    monitor: [[:foo, :bar], [:process, 1]],
    demonitor: [[1]],
    register: [[:undefined, 1], ["a", 1], [:a, 1]],
    unregister: [[:nobody_has_it]],
    whereis: [[:nobody_has_it], [1]],
    send: [[1, :x], [:nobody_has_it, :x]],
    process_flag: [[:trap_exit, 1], [:foo, 1], [:trap_exit, true]],
    process_info: [[1], [:a, :links]],
    send_after: [[-1, :a, :b], [1, 5, :b], [:x, :a, :b]],
    cancel_timer: [[1]],
    group_leader: [[1, 2]],
    get: [[:no_such_key]],
    put: [[:a, 1]],
    erase: [[:no_such_key]],
    unique_integer: [[[:foo]]],
    spawn: [[1], [:a, :b, :c]],
    halt: [[:foo]],
    function_exported: [[:erlang, :+, 2], [:erlang, :nope, 2], [1, :a, 1], [:maps, :get, 2]],
    system_info: [[:wordsize], [:otp_release], [:nope], [:machine]],
    system_time: [[:foo]],
    monotonic_time: [[:foo]],
    memory: [[:foo]],
    ref_to_list: [[1]],
    pid_to_list: [[1]],
    list_to_pid: [[~c"<0.1>"], [1], [~c"<0.1.0>"]]
  ],
  maps: [
    new: [[]],
    size: [[%{}], [1]],
    get: [[:a, %{a: 1}], [:b, %{a: 1}], [:a, 1], [:b, %{a: 1}, :d], [:b, 1, :d]],
    find: [[:a, %{a: 1}], [:b, %{a: 1}], [:a, 1]],
    put: [[:a, 1, %{}], [:a, 1, 2], [41, 1, m40]],
    update: [[:a, 1, %{a: 2}], [:a, 1, %{}], [:a, 1, 2]],
    remove: [[:a, %{a: 1, b: 2}], [:a, %{}], [:a, 1], [5, m40]],
    take: [[:a, %{a: 1}], [:a, %{}], [:a, 1]],
    merge: [[%{a: 1}, %{b: 2}], [m40, %{1 => 0}], [%{1 => 0}, m40], [1, %{}], [%{}, 1], [m40, Map.new(30..80, &{&1, 0})]],
    keys: [[%{2 => 1, 1 => 2}], [m40], [1]],
    values: [[%{2 => 1, 1 => 2}], [1]],
    to_list: [[%{2 => 1, 1 => 2}], [1], [m40]],
    from_list: [[[a: 1, b: 2, a: 3]], [[1]], [1], [[{1, 2} | 3]]],
    from_keys: [[[:a, :b], 0], [1, 0]],
    with: [[[:a, :c], %{a: 1, b: 2}], [1, %{}], [[], 1]],
    without: [[[:a, :c], %{a: 1, b: 2}], [1, %{}], [[], 1]],
    is_key: [[:a, %{a: 1}], [:a, 1]],
    next: [[:none], [1]],
    iterator: [[1], [%{}, 1]]
  ],
  lists: [
    append: [[[[1], [2], [3]]], [[1], [2]], [[[1], 2]], [[1]]],
    concat: [[["a", 1]], [[:a, 1, 2.5, ~c"x"]]],
    delete: [[2, [1, 2, 3, 2]], [9, [1]], [1, :a]],
    droplast: [[[1, 2]], [[]]],
    duplicate: [[3, :a], [-1, :a], [:x, :a]],
    enumerate: [[[:a, :b]], [5, [:a]], [5, 2, [:a, :b]], [:a]],
    flatten: [[deep], [[1, [2 | 3]]], [:a], [[1, [2]], [3]]],
    flatlength: [[deep]],
    join: [[:x, [1, 2, 3]], [:x, []]],
    keydelete: [[:b, 1, [a: 1, b: 2, b: 3]], [:x, 1, [:a]], [:b, 0, []]],
    keyfind: [[:b, 1, [a: 1, b: 2]], [1.0, 2, [a: 1]], [:c, 1, [{}, :x]], [:a, 0, []], [:a, 1, :b], [:a, :x, []]],
    keymember: [[:b, 1, [a: 1, b: 2]], [:c, 1, []]],
    keyreplace: [[:b, 1, [a: 1, b: 2], {:c, 3}], [:x, 1, [a: 1], {:c}], [:b, 1, [], 1]],
    keysearch: [[:b, 1, [a: 1, b: 2]], [:c, 1, []]],
    keysort: [[2, [a: 2, b: 1, c: 2]], [3, [a: 1]], [1, [1, 2]], [0, []]],
    keystore: [[:b, 1, [a: 1], {:b, 2}], [:a, 1, [a: 1], {:b, 2}]],
    keytake: [[:b, 1, [a: 1, b: 2]], [:c, 1, []]],
    last: [[[1, 2]], [[]]],
    max: [[[1, 3, 2]], [[]], [[1, 1.0]], [[1.0, 1]]],
    min: [[[1, 3, 2]], [[]], [[1, 1.0]], [[1.0, 1]]],
    member: [[2, [1, 2]], [2.0, [1, 2]], [:a, :b], [:a, [:b | :a]]],
    merge: [[[1, 3], [2, 4]], [[[1], [0]]]],
    nth: [[2, [1, 2]], [3, [1, 2]], [0, [1]], [:a, [1]]],
    nthtail: [[1, [1, 2]], [3, [1, 2]]],
    prefix: [[[1], [1, 2]], [[2], [1, 2]], [[], []], [:a, []]],
    suffix: [[[2], [1, 2]], [[1], [1, 2]]],
    reverse: [[[1, 2]], [[1, 2], :t], [:a], [[1 | 2]]],
    seq: [[1, 5], [1, 0], [2, 0], [1, 10, 3], [10, 1, -4], [1, 2, 0], [1, 1, 0], [:a, 1], [5, 1, 1], [1, 0, 2], [0, 1, -2]],
    sort: [[[3, 1.0, 1, :a, "b", [1]]], [:a], [[1 | 2]]],
    split: [[1, [1, 2]], [3, [1, 2]], [-1, []], [:a, []]],
    sublist: [[[1, 2, 3], 2], [[1, 2, 3], 2, 5], [[1], -1], [[1, 2, 3], 0, 1], [[1, 2], 5, 1]],
    subtract: [[[1, 2], [1]]],
    sum: [[[1, 2.5]], [[:a]], [:a], [[]]],
    ukeymerge: [[1, [a: 1], [a: 2, b: 1]]],
    keymerge: [[1, [a: 1], [a: 2, b: 1]]],
    ukeysort: [[1, [b: 1, a: 1, b: 2]]],
    umerge: [[[1, 2], [2, 3]]],
    unzip: [[[{1, :a}, {2, :b}]], [[1]]],
    unzip3: [[[{1, :a, "x"}]]],
    usort: [[[3, 1, 1.0, 3]]],
    zip: [[[1, 2], [:a, :b]], [[1], [1, 2]], [[1], [1, 2], :trim], [[1], [1, 2], {:pad, {:p, :q}}]],
    zip3: [[[1], [2], [3]]]
  ],
  binary: [
    at: [["abc", 1], ["abc", 3], ["abc", -1], [1, 1]],
    bin_to_list: [["abc", 1, 2], ["abc", {1, 1}], ["abc", 1, 5]],
    copy: [["ab", 3], ["ab"], ["ab", -1], [1, 1]],
    decode_hex: [["00ffAB"], ["0"], ["zz"]],
    encode_hex: [[<<0, 255>>], [<<0, 255>>, :lowercase], [<<0>>, :foo], [1]],
    decode_unsigned: [[<<1, 0>>], [<<1, 0>>, :little], [""], [1]],
    encode_unsigned: [[256], [256, :little], [0], [-1], [big]],
    first: [["abc"], [""]],
    last: [["abc"], [""], [1]],
    join: [[["a", "b"], ", "], [[], ","], [[1], ","]],
    longest_common_prefix: [[["abc", "abd"]], [[]], [["a"]], [[1]]],
    longest_common_suffix: [[["abc", "xbc"]], [["", "a"]]],
    match: [["hello", "l"], ["hello", "x"], ["hello", ["lo", "l"]], ["hello", ""], ["hello", []], ["hello", "l", [scope: {3, 2}]], ["hello", "l", [scope: {9, 2}]], [1, "a"], ["abab", ["ab", "abab"]], ["hello", "l", [:global]]],
    matches: [["hello", "l"], ["aaa", "aa"], ["hello", "x"], ["abcabc", ["bc", "a", "abc"]]],
    part: [["hello", 1, 2], ["hello", {1, 2}], ["hello", 4, 2]],
    replace: [["hello", "l", "L"], ["hello", "l", "L", [:global]], ["hello", "x", "y"], ["hello", "l", "[]", [:global, insert_replaced: 1]], ["hello", "l", "", [:global]], ["hello", "l", 1], ["hello", "l", "--", [:global, {:insert_replaced, [0, 2]}]]],
    split: [["a,b,c", ","], ["a,b,c", ",", [:global]], [",a,,b,", ",", [:global, :trim]], [",a,,b,", ",", [:global, :trim_all]], ["abc", "x"], ["a", ""], ["", ","], ["", ",", [:trim]], ["a,b;c", [",", ";"], [:global]], ["a,b,c", ",", [:global, scope: {2, 3}]], [1, ","], ["a", ",", [:foo]]],
    referenced_byte_size: [["abc"]]
  ],
  unicode: [
    characters_to_binary: [["é"], [[233, "a", [8364]]], [<<"a", 255, "b">>], [[<<226, 130>>]], [:a], [[1 | 2]], ["é", :latin1], ["é", :utf8, :latin1], ["a€", :utf8, :latin1], ["a€", :utf8, :utf16], ["a😀", :utf8, {:utf16, :little}], [<<0, 97, 216, 0>>, :utf16], ["a", :foo], [["a", [<<255>>], "b"]], [bits]],
    characters_to_list: [["é€"], [[233, "a"]], [<<"a", 255>>], ["é", :latin1], [:a]],
    characters_to_nfc_binary: [["e\u0301"], [<<"e", 255>>]],
    characters_to_nfd_list: [["é"]],
    bom_to_encoding: [[<<239, 187, 191, "a">>], ["a"], [<<255, 254, 1, 2>>]]
  ],
  ets: [
    new: [["a", []], [:a, [:foo]], [:a, 1], [:a, [keypos: 0]]],
    lookup: [[:no_such_table, 1], [1, 1]],
    insert: [[:no_such_table, {1}], [1, {1}]],
    delete: [[:no_such_table], [:no_such_table, 1]],
    info: [[:no_such_table], [:no_such_table, :size], [1]],
    tab2list: [[:no_such_table]],
    first: [[:no_such_table]],
    next: [[:no_such_table, 1]],
    select: [[:no_such_table, []], [1]],
    match: [[:no_such_table, :_], [1]],
    update_counter: [[:no_such_table, 1, 1]],
    update_element: [[:no_such_table, 1, {1, 2}]],
    lookup_element: [[:no_such_table, 1, 1]],
    whereis: [[:no_such_table], [1]],
    test_ms: [[{1, 2}, [{{:"$1", :"$2"}, [{:>, :"$2", 1}], [{{:"$2", :"$1"}}]}]], [{1, 2}, [{{:"$1", 1}, [], [:"$_"]}]]]
  ],
  re: [
    run: [
      ["abc", "b"], ["abc", "z"], ["aXbX", "x", [:global, :caseless, {:capture, :first, :binary}]],
      ["abc", "(?<x>b)(?<a>c)", [{:capture, :all_names, :binary}]], ["abc", "(?<x>b)(z)?", [{:capture, [1, 2, :x, "x", 0], :binary}]],
      ["abc", "(?<x>b)(z)?", [{:capture, [2, 5]}]], ["abc", "b", [{:capture, :none}]], ["abc", "(b)(z)?", [{:capture, :all_but_first}]],
      ["aaa", "(a*)*$", [{:match_limit, 5}, :report_errors]], ["été", "t", [:unicode]], ["été", "(.)t", [:unicode, {:capture, :all, :list}]],
      ["abc", "b", [{:offset, 2}]], ["abc", "b", [{:offset, 9}]], ["abc", "b", [:foo]], [1, "b"], ["a", 1], ["a", "*"], ["abab", "b", [:global, {:capture, :all, :index}]],
      ["banana", "a", [:global]], ["abc", "", [:global]], ["axb", "x*", [:global]], ["ab cd", "\\b", [:global]], ["abab", "(a)|b", [:global]], ["a\nb", "^", [:global, :multiline]],
      ["é1", "\\d*", [:global, :unicode]], ["abc", "^b", [{:offset, 1}]], ["abc", "b", [:anchored]], [[?a, "b"], "b", [{:capture, :all, :list}]]
    ],
    split: [
      ["a,b,,c,", ","], ["a1b2c", "(\\d)"], ["a,b,,c,,", ",", [:trim]], ["abc", ""], ["a,b,c", ",", [{:parts, 2}, {:return, :list}]],
      ["a,b;c", "(,)|(;)", [:group]], ["", ","], ["a b", " *"], ["aXb", "x", [:caseless]], ["abc", "(b)(z)?"]
    ],
    replace: [
      ["abcd", "(b)(c)", "[\\2&\\g1\\g{2}]", [:global, {:return, :binary}]], ["abcd", "z", "X"], ["abcabc", "b", "\\&", [:global, {:return, :list}]],
      ["aaa", "a", "b", [{:return, :binary}]]
    ],
    compile: [["*"], ["a", [:foo]], [1]],
    inspect: [[1, :namelist]],
    version: [[]]
  ],
  filename: [
    basename: [["/a/b.c"], ["a/b/"], [~c"/a/b.c", ~c".c"], ["b.c", ".d"], ["/"], [""]],
    dirname: [["/a/b.c"], ["a"], ["/a"], ["a/b/"], [""], ["/"]],
    extension: [["a.b.c"], ["a"], [".bashrc"], ["a/b.c/d"], [~c"x.y"]],
    rootname: [["a.b.c"], ["a"], ["a/b.c/d"], ["a.b", ".b"], ["a.b", ".c"]],
    join: [["a", "b"], ["a", "/b"], [["a", "b/", "c"]], [["/a//b"]], ["a/", "b"], [~c"a", "b"], ["", "b"]],
    split: [["/a/b//c"], ["a/b"], [~c"a"], [""]],
    pathtype: [["/a"], ["a"]]
  ],
  base64: [
    encode: [["abc"], [[1, "a"]], ["ab", %{padding: false}], [<<255, 254>>, %{mode: :urlsafe}]],
    decode: [["YWJj"], ["YW Jj"], ["YQ=="], [~c"YQ=="]],
    encode_to_string: [["abc"]]
  ],
  string: [
    length: [["é\u0301x"], [~c"abc"], [["a", ?b]]],
    uppercase: [["straße"], [~c"abc"]],
    lowercase: [["ÀB"]],
    titlecase: [["hello"], [~c"ab"]],
    trim: [["  x "], ["  x ", :leading], ["xxaxx", :both, ~c"x"], [~c" a "]],
    pad: [["x", 3], ["x", 3, :leading], ["x", 4, :both, ?.], [~c"ab", 4]],
    slice: [["hello", 1, 3], ["hello", 2], [~c"hello", 9, 1]],
    split: [["a-b-c", "-"], ["a-b-c", "-", :all], ["a-b-c", "-", :trailing], ["abc", ""], [~c"a b", ~c" "]],
    find: [["hello", "l"], ["hello", "l", :trailing], ["hello", "z"]],
    prefix: [["prefix", "pre"], ["x", "y"]],
    equal: [["a", "a"], ["a", ~c"a"], ["a", "A", true], ["e\u0301", "é", false, :nfc]],
    to_integer: [["42abc"], ["abc"], [~c"-7"], [:a]],
    to_float: [["1.5x"], ["1"], ["1.0e3 z"]],
    lexemes: [["a  b c", ~c" "], [~c"a b", ~c" "]],
    replace: [["aXbX", "X", "-", :all], ["aXbX", "X", "-"]],
    is_empty: [[""], ["a"], [[]]],
    reverse: [["abc"], ["ae\u0301"]],
    tokens: [[~c"a b", ~c" "]],
    join: [[[~c"a", ~c"b"], ~c", "]],
    to_upper: [[~c"abc"], [?a]],
    to_graphemes: [["ae\u0301"]],
    next_grapheme: [["ab"], [""]],
    str: [[~c"hello", ~c"l"], [~c"a", ~c"z"]],
    substr: [[~c"hello", 2, 3]],
    chr: [[~c"hello", ?l]],
    copies: [[~c"ab", 2]]
  ],
  io_lib: [
    bformat:
      for t <- [
            for(i <- 1..30, do: {:"key#{i}", i}),
            Enum.to_list(1..60),
            {:error, {:badarg, [{:erlang, :+, [1, :a], [error_info: %{module: :erl_erts_errors}]}, {:erl_eval, :do_apply, 6, [file: ~c"erl_eval.erl", line: 689]}]}},
            {:this_is_a_long_tag_name_for_a_tuple, "abcdefghijabcdefghijabcdefghij", "abcdefghijabcdefghijabcdefghij", 1},
            [a: [b: [c: [d: "some longer text to be wrapped around the line", e: "some longer text to be wrapped around the line"]]]],
            {:noproc, {GenServer, :call, [MyServer, {:get, "a key that is rather long, really", [1, 2, 3]}, 5000]}},
            %{1 => Enum.to_list(1..40), 2 => %{3 => 1}},
            [1.5, 2.5, {:a}, "bin", ~c"chars", :atom, [], {}, %{}] ++ Enum.to_list(1..20),
            {{:a_long_key_number_one, "value one"}, {:a_long_key_number_two, "value two"}, {:a_long_key_number_three, "v"}},
            [:"$gen_call", {:from, [:alias | :ref]}, {:request, "abc def ghi jkl mno pqr stu vwx yz0 123 456 789"}]
          ],
          f <- ["~p~n", "Value: ~p~n", "~w", "~0p", "~P"] do
        [f, if(f == "~P", do: [t, 5], else: [t])]
      end ++
        [
          ["~p", [{:shutdown, {:failed_to_start_child, MyChild, {:EXIT, {:undef, [{MyChild, :start_link, [[name: :foo]], []}]}}}}]],
          ["~5w|~-5w|~5.2.0w|~3w|~5s|~-5s|~5.3s|~.3s|~10.3.xs", [1, 2, 3, 12345, "ab", "ab", "abcdef", "abcdef", "abcdef"]],
          ["~f ~.2f ~10.3f ~e ~.3e ~g ~g ~g ~.3g", [1.5, 1.555, 3.14159, 1.5, 12345.678, 1.5, 1.0e10, 0.05, 123.456]],
          ["~B ~.16B ~.16b ~.2B ~5B ~.16# ~.16+", [255, 255, 255, 5, 42, 255, 255]],
          ["~.16X ~.16x", [255, ~c"0x", 255, :pre]],
          ["~c ~5c ~-5c| ~tc ~i ~~ ~*c", [?a, ?b, ?c, 8364, :ignored, 3, ?z]],
          ["~p ~tp ~w ~s ~ts", ["é", "é", "é", "abc", "é"]],
          ["~p ~p ~p ~p ~p", [1.0, :"hello world", <<1, 2, 3>>, <<5::3>>, <<"abc", 200>>]],
          ["~p ~p ~p", ["a\nb", ~c"a\nb\"c\\\t\e", :"a\nb'c"]],
          ["~s", [1]],
          ["~p", []],
          ["abc", [1]],
          ["~q", [1]],
          ["~B", [1.5]],
          ["~lp ~p", [~c"abc", ~c"abc"]]
        ],
    write_atom: [[:"A b"], [:ok], [:"é"], [:if]],
    printable_list: [[~c"abc"], [[1]], [:a]],
    printable_unicode_list: [[[8364]]]
  ],
  persistent_term: [
    get: [[:no_such_key], [:no_such_key, 5]],
    erase: [[:no_such_key]]
  ],
  atomics: [
    new: [[0, []], [1, [:foo]], [:a, []], [1, 1]],
    get: [[1, 1]],
    put: [[1, 1, 1]]
  ],
  counters: [
    new: [[0, []], [1, [:foo]]],
    get: [[1, 1]]
  ],
  crypto: [
    hash: [[:sha256, "abc"], [:md5, ["a", ?b]], [:sha, ""], [:sha512, "x"], [:sha3_256, "x"]],
    mac: [[:hmac, :sha256, "key", "data"]]
  ],
  math: [
    sqrt: [[4], [-1], [:a], [2.0]],
    pow: [[2, 10], [2, 0.5], [1.0e200, 2]],
    log: [[1], [0], [-1]],
    log2: [[8], [10]],
    pi: [[]],
    sin: [[0], [big]],
    atan2: [[1, 2]],
    fmod: [[7.5, 2], [1, 0]],
    exp: [[710], [1]],
    floor: [[2.5]],
    ceil: [[2]]
  ]
]

for {module, functions} <- calls, {function, lists} <- functions, args <- lists do
  {class, value, hints} =
    try do
      {"ok", apply(module, function, args), nil}
    catch
      class, reason ->
        hints =
          case __STACKTRACE__ do
            [{^module, ^function, list, info} | _] when is_list(list) ->
              explains = info[:error_info][:module]
              explains && Map.new(explains.format_error(reason, __STACKTRACE__), fn {k, v} -> {k, IO.chardata_to_string(v)} end)

            _ ->
              nil
          end

        {Atom.to_string(class), reason, hints}
    end

  IO.puts(
    Enum.join(
      [
        module,
        function,
        Base.encode64(:erlang.term_to_binary(args)),
        class,
        Base.encode64(:erlang.term_to_binary(value)),
        Base.encode64(:erlang.term_to_binary(hints)),
        "# " <>
          inspect(args, limit: 10, printable_limit: 40, width: :infinity) <>
          " -> " <> inspect(value, limit: 10, printable_limit: 40, width: :infinity)
      ],
      " "
    )
  )
end

# Our own leaf functions, with what Elixir's functions over them give.
strings = [
  "", "hello", "Hello World", "élan vital", "straße ŉ ǰ", "日本語 テキスト", "a\u0301e\u0308", "🇩🇪🇫🇷👩‍👩‍👧x", "  pad\t\n", "ΣΑΣ ΟΔΟΣ",
  "iIİı", "ﬃ", <<255, 65, 0xE2, 0x82>>, "क्षि नमस्ते", "ǆ ǅ Ǆ", "\u00a0x\u2003y\u200b", "\r\n\r\n", "각한", "tab\tq\"b\\ \#{x} \e\0"
]

modes = [:default, :ascii, :greek, :turkic]

own =
  for s <- strings,
      {f, args, value} <- [
        {:length, [], String.length(s)},
        {:graphemes, [], String.graphemes(s)},
        {:codepoints, [], String.codepoints(s)},
        {:next_grapheme, [], String.next_grapheme(s)},
        {:split_at, [2], String.split_at(s, 2)},
        {:slice, [1, 3], String.slice(s, 1, 3)},
        {:split_whitespace, [], String.split(s)},
        {:trim_leading, [], String.trim_leading(s)},
        {:trim_trailing, [], String.trim_trailing(s)},
        {:valid, [], String.valid?(s)},
        {:printable, [:infinity], String.printable?(s)},
        {:printable, [1], String.printable?(s, 1)},
        {:replace_invalid, ["?"], String.replace_invalid(s, "?")},
        {:equivalent, ["straße"], String.equivalent?(s, "straße")},
        {:normalize, [:nfd], String.normalize(s, :nfd)},
        {:normalize, [:nfkc], String.normalize(s, :nfkc)}
      ] ++
        if(String.valid?(s), do: [{:jaro_distance, ["hello"], String.jaro_distance(s, "hello")}, {:reverse, [], String.reverse(s)}], else: []) ++
        for(m <- modes, do: {:upcase, [m], String.upcase(s, m)}) ++
        for(m <- modes, do: {:downcase, [m], String.downcase(s, m)}) do
    {:vivarium_string, f, [s | args], value}
  end ++
    for s <- strings do
      quoted = inspect(s, binaries: :as_strings, printable_limit: :infinity)
      {:vivarium_inspect, :escape, [s, ?", :infinity], {binary_part(quoted, 1, byte_size(quoted) - 2), :infinity}}
    end ++
    for a <- [:ok, nil, :foo?, :"é", Foo.Bar, :"Elixir.foo", :+, :"a b", :Foo, :foo@bar, :"", :{}, :.., :"::"] do
      kind =
        case {Macro.classify_atom(a), a in [:Foo, :foo@bar]} do
          {:unquoted, true} -> :not_callable
          {:unquoted, false} -> :unquoted_operator
          {other, _} -> other
        end

      {:vivarium_inspect, :atom_kind, [a], kind}
    end ++
    for b <- ["", "f", "fo", "foo", "foob", <<255, 254, 0, 1>>],
        {f, args, value} <- [
          {:encode16, [:upper], Base.encode16(b)},
          {:encode16, [:lower], Base.encode16(b, case: :lower)},
          {:encode32, [true, :upper], Base.encode32(b)},
          {:encode32, [false, :lower], Base.encode32(b, padding: false, case: :lower)},
          {:encode32hex, [true, :upper], Base.hex_encode32(b)},
          {:encode64, [true], Base.encode64(b)},
          {:encode64, [false], Base.encode64(b, padding: false)},
          {:encode_url64, [true], Base.url_encode64(b)}
        ] do
      {:vivarium_base, f, [b | args], value}
    end ++
    [
      {:vivarium_base, :decode64, ["Zm9vYg==", true, false], {:ok, "foob"}},
      {:vivarium_base, :decode64, ["Zm9vYg", true, false], :error},
      {:vivarium_base, :decode64, ["Zm9vYg", false, false], {:ok, "foob"}},
      {:vivarium_base, :decode64, ["Zm9v Yg==", true, true], {:ok, "foob"}},
      {:vivarium_base, :decode64, ["Zm9$", true, false], {:error, ?$}},
      {:vivarium_base, :decode16, ["66G6", :upper], {:error, ?G}},
      {:vivarium_base, :decode16, ["6f", :mixed], {:ok, "o"}},
      {:vivarium_base, :decode16, ["6f", :upper], {:error, ?f}},
      {:vivarium_base, :decode32, ["MZXW6YQ=", true, false, :upper], {:ok, "foob"}},
      {:vivarium_base, :decode32, ["MZXW6YQ", true, false, :upper], :error}
    ]

for {module, function, args, value} <- own do
  IO.puts(
    Enum.join(
      [
        module,
        function,
        Base.encode64(:erlang.term_to_binary(args)),
        "ok",
        Base.encode64(:erlang.term_to_binary(value)),
        Base.encode64(:erlang.term_to_binary(nil)),
        "# " <> inspect(args, printable_limit: 40, width: :infinity) <> " -> " <> inspect(value, limit: 10, printable_limit: 40, width: :infinity)
      ],
      " "
    )
  )
end
