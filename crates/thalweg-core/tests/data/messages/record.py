"""Makes inputs at random and records what langchain-core does with them.

    python record.py        # writes the JSON files beside it; needs langchain-core==1.7.0

Each file is a list of cases. What langchain-core refuses is recorded as `"error": true`.
"""

import functools
import json
import operator
import pathlib
import random

from langchain_core.messages import (
    AIMessage,
    AIMessageChunk,
    ChatMessage,
    ChatMessageChunk,
    FunctionMessage,
    FunctionMessageChunk,
    HumanMessage,
    HumanMessageChunk,
    SystemMessage,
    SystemMessageChunk,
    ToolMessage,
    ToolMessageChunk,
)
from langchain_core.messages.ai import add_usage, subtract_usage
from langchain_core.messages.utils import (
    convert_to_messages,
    convert_to_openai_messages,
    count_tokens_approximately,
    filter_messages,
    get_buffer_string,
    merge_message_runs,
    message_chunk_to_message,
    trim_messages,
)
from langchain_core.runnables.utils import AddableDict

HERE = pathlib.Path(__file__).parent
R = random.Random(7)
WORDS = ["river", "ü", "a b", "", "it's", 'say "no"', "line\nend", "日本", "\u00a0x", "😀", "tab\t", "back\\slash"]


def maybe(p=0.5):
    return R.random() < p


def word():
    return R.choice(WORDS)


def number():
    return R.choice([0, 1, 2, 7, -3, 1.5, 0.1, 2e20, 1e-7])


def plain_value(depth=2):
    kinds = [word, number, lambda: None, lambda: True, lambda: False]
    if depth:
        kinds += [
            lambda: [plain_value(depth - 1) for _ in range(R.randrange(3))],
            lambda: {R.choice("xyz"): plain_value(depth - 1) for _ in range(R.randrange(3))},
        ]
    return R.choice(kinds)()


def merge_value(key, depth=2):
    """A value that often, but not always, has the type that others have at this key."""
    if maybe(0.06):
        return plain_value()
    if key in ("model_name", "id", "model_provider", "output_version"):
        return R.choice(["m", "n", None])
    if key in ("created", "n", "index"):
        return R.choice([1, 2, 3])
    if key == "flag":
        return R.choice([True, True, None])
    if key == "score":
        return 0.5
    if key == "list":
        return blocks(depth - 1) if depth else []
    return merge_object(depth - 1) if depth else None


def merge_object(depth=2):
    keys = ["model_name", "id", "created", "n", "index", "flag", "score", "list", "nested"]
    chosen = R.sample(keys, R.randrange(4))
    return {key: merge_value(key, depth) for key in chosen}


def block(depth=1):
    if maybe(0.15):
        return word()
    kind = R.choice(["text", "text", "reasoning", "tool_use", "non_standard", None])
    out = {}
    if kind:
        out["type"] = kind
    if kind == "text":
        out["text"] = word()
    elif kind == "reasoning":
        out["reasoning"] = word()
    elif kind == "tool_use":
        out["partial_json"] = word()
    elif kind == "non_standard":
        out["value"] = {"type": "x", "a": word()}
    if maybe(0.7):
        out["index"] = R.choice([0, 0, 1, 2, "lc_a", "lc_b", "other", None])
    if maybe(0.2):
        out["id"] = R.choice(["a", "b", "", None])
    if maybe(0.2) and depth:
        out["extras"] = merge_object(1)
    return out


def blocks(depth=1):
    return [block(depth) for _ in range(R.randrange(4))]


def usage():
    out = {"input_tokens": R.randrange(9), "output_tokens": R.randrange(9), "total_tokens": R.randrange(18)}
    if maybe():
        out["input_token_details"] = {k: R.randrange(5) for k in R.sample(["audio", "cache_read", "own"], 2)}
    if maybe(0.3):
        out["output_token_details"] = {k: R.randrange(5) for k in R.sample(["audio", "reasoning"], 1)}
    return out


def call_piece():
    return {
        "name": R.choice(["add", None, "m", ""]),
        "args": R.choice([None, "", "{", '{"a":', " 1}", "}", '"x', "[1, 2]", '{"a": [1, {"b"', "nope", '{"k": "v\n"}']),
        "id": R.choice(["c1", "c2", None, None, ""]),
        "index": R.choice([0, 0, 1, 2, None]),
    }


def ids():
    return R.choice([None, None, "lc_run-1", "lc_run-2", "lc_x", "msg_1", "msg_2", ""])


def ai_chunk():
    out = {"content": R.choice([word, word, blocks])()}
    if maybe(0.4):
        out["tool_call_chunks"] = [call_piece() for _ in range(R.randrange(1, 3))]
    elif maybe(0.1):
        out["tool_calls"] = [{"name": "add", "args": {"a": plain_value()}, "id": "c9"}]
    if maybe(0.2):
        out["usage_metadata"] = usage()
    if maybe(0.3):
        out["additional_kwargs"] = merge_object()
    if maybe(0.3):
        out["response_metadata"] = merge_object()
    if maybe(0.3):
        out["id"] = ids()
    if maybe(0.1):
        out["chunk_position"] = "last"
    if maybe(0.1):
        out["name"] = "bot"
    return AIMessageChunk(**out)


def other_chunk(kind):
    base = {"content": R.choice([word, blocks])()}
    if maybe(0.3):
        base["additional_kwargs"] = merge_object()
    if maybe(0.2):
        base["id"] = R.choice(["a", "b"])
    if kind == "human":
        return HumanMessageChunk(**base)
    if kind == "system":
        return SystemMessageChunk(**base)
    if kind == "chat":
        return ChatMessageChunk(role=R.choice(["critic", "critic", "judge"]), **base)
    if kind == "function":
        return FunctionMessageChunk(name=R.choice(["f", "f", "g"]), **base)
    artifact = R.choice([None, None, "x", {"a": "y"}, [1], 3])
    return ToolMessageChunk(
        tool_call_id=R.choice(["c1", "c1", "c2"]), artifact=artifact, status=R.choice(["success", "error"]), **base
    )


def dump(message):
    return {k: v for k, v in message.model_dump().items() if v is not None and v != [] and v != {} or k == "content"}


def attempt(fn):
    try:
        return fn()
    except (TypeError, ValueError, KeyError, NotImplementedError, AttributeError):
        return {"error": True}


def total(chunks):
    copies = [chunk.model_copy(deep=True) for chunk in chunks]
    return functools.reduce(operator.add, copies)


def sums():
    for _ in range(180):
        chunks = [ai_chunk() for _ in range(R.randrange(1, 6))]
        dumped = [dump(chunk) for chunk in chunks]
        yield {
            "chunks": dumped,
            "sum": attempt(lambda: dump(total(chunks))),
            "message": attempt(lambda: dump(message_chunk_to_message(total(chunks)))),
        }
    for _ in range(100):
        kind = R.choice(["human", "system", "chat", "function", "tool"])
        chunks = [other_chunk(kind) for _ in range(R.randrange(1, 4))]
        if maybe(0.15) and kind in ("human", "system", "chat"):
            chunks.append(ai_chunk())
        dumped = [dump(chunk) for chunk in chunks]
        yield {
            "chunks": dumped,
            "sum": attempt(lambda: dump(total(chunks))),
            "message": attempt(lambda: dump(message_chunk_to_message(total(chunks)))),
        }


def provider_calls():
    raw = [
        {"id": "c1", "index": 0, "type": "function", "function": {"name": "add", "arguments": '{"a": 1}'}},
        {"id": "c2", "index": 1, "type": "function", "function": {"name": None, "arguments": "[1]"}},
        {"id": "c3", "function": {"name": "add", "arguments": ""}},
        {"id": "c4", "function": {"name": "add", "arguments": "null"}},
        {"id": "c5", "function": {"arguments": "{}"}},
        {"id": "c6", "function": {"name": "add", "arguments": None}},
        {"id": "c7"},
    ]
    for one in raw:
        for cls, kind in ((AIMessage, "ai"), (AIMessageChunk, "AIMessageChunk")):
            given = {"type": kind, "content": "", "additional_kwargs": {"tool_calls": [one]}}
            yield {"given": given, "message": attempt(lambda: dump(cls(content="", additional_kwargs={"tool_calls": [one]})))}


def standard_streams():
    """Streams of standard blocks, whose tool calls are completed by the last chunk."""
    for args in ('{"q": "x"}', '{"q": ', "nope", ""):
        for position in ("last", None):
            meta = {"output_version": "v1"}
            half = len(args) // 2
            pieces = [
                ("tool_call_chunk", {"id": "c1", "name": "f", "extras": {"e": 1}}),
                ("server_tool_call_chunk", {"id": "s1", "name": "web"}),
            ]
            chunks = []
            for first in (True, False):
                part = args[:half] if first else args[half:]
                content = []
                for i, (kind, more) in enumerate(pieces):
                    b = {"type": kind, "args": part, "index": f"lc_{i}"}
                    content.append({**b, **more} if first else b)
                call = {"name": "f" if first else None, "args": part, "id": "c1" if first else None, "index": 0}
                chunks.append(AIMessageChunk(content=content, tool_call_chunks=[call], response_metadata=meta if first else {}))
            chunks.append(AIMessageChunk(content="", chunk_position=position))
            dumped = [dump(chunk) for chunk in chunks]
            yield {
                "chunks": dumped,
                "sum": dump(total(chunks)),
                "message": dump(message_chunk_to_message(total(chunks))),
            }


def usages():
    for _ in range(40):
        a, b = usage(), usage()
        yield {"a": a, "b": b, "sum": dict(add_usage(a, b)), "difference": dict(subtract_usage(a, b))}


def streamed(key):
    """A value of the type that this key always has."""
    if key == "text":
        return word()
    if key == "list":
        return [word() for _ in range(R.randrange(3))]
    if key == "number":
        return number()
    if key == "object":
        return {R.choice("xy"): word()}
    keys = R.sample(["text", "list", "number", "pieces"], R.randrange(3))
    return AddableDict({k: R.choice([streamed, streamed, streamed, lambda _: None])(k) for k in keys})


def add_up(values):
    total = None
    for i, value in enumerate(values):
        try:
            total = value if i == 0 else total + value
        except TypeError:
            total = value
    return total


def written_value(value):
    """A piece of a streamed object is written as `{"$pieces": …}`."""
    if isinstance(value, AddableDict):
        return {"$pieces": {k: written_value(v) for k, v in value.items()}}
    return value


def additions():
    for _ in range(200):
        kind = R.choice(["text", "list", "number", "object", "pieces", "pieces", "pieces"])
        values = [streamed(kind) for _ in range(R.randrange(1, 6))]
        if maybe(0.2):
            values.append(R.choice([None, 3, {"x": 1}] + ([[1]] if kind != "pieces" else [])))
        yield {"values": [written_value(v) for v in values], "sum": written_value(add_up(values))}


def content():
    return R.choice([word, word, lambda: [text_block() for _ in range(R.randrange(4))]])()


def text_block():
    return R.choice(
        [
            lambda: word(),
            lambda: {"type": "text", "text": word()},
            lambda: {"type": "image_url", "image_url": {"url": "https://example.org/a.png"}},
            lambda: {"type": "tool_use", "id": "c1", "name": "add", "input": {"a": 1}},
        ]
    )()


def message(kinds=("human", "ai", "system", "tool", "chat", "function")):
    kind = R.choice(kinds)
    more = {}
    if maybe(0.3):
        more["id"] = R.choice(["1", "2", "3"])
    if maybe(0.3):
        more["name"] = R.choice(["ann", "bob"])
    if maybe(0.1):
        more["response_metadata"] = {"model_name": word()}
    if kind == "ai":
        if maybe(0.4):
            more["tool_calls"] = [
                {"name": "add", "args": {"a": plain_value(), word(): plain_value()}, "id": R.choice(["c1", "c2", None])}
                for _ in range(R.randrange(1, 3))
            ]
        elif maybe(0.2):
            more["additional_kwargs"] = {"function_call": {"name": "f", "arguments": '{"a": 1}'}}
        elif maybe(0.2):
            more["additional_kwargs"] = {"refusal": "no", "reasoning_content": "hm"}
        return AIMessage(content=content(), **more)
    if kind == "human":
        return HumanMessage(content=content(), **more)
    if kind == "system":
        if maybe(0.2):
            more["additional_kwargs"] = {"__openai_role__": "developer"}
        return SystemMessage(content=content(), **more)
    if kind == "tool":
        return ToolMessage(content=content(), tool_call_id=R.choice(["c1", "c2"]), **more)
    if kind == "chat":
        return ChatMessage(content=content(), role=R.choice(["critic", "judge"]), **more)
    return FunctionMessage(content=content(), **{"name": "f", **more})


def talk(most=7, **kwargs):
    return [message(**kwargs) for _ in range(R.randrange(most))]


def filters():
    for _ in range(150):
        messages = talk()
        options = {}
        for key, values in (
            ("include_names", ["ann", "bob"]),
            ("exclude_names", ["ann", "bob"]),
            ("include_types", ["human", "ai", "tool"]),
            ("exclude_types", ["human", "system", "chat"]),
            ("include_ids", ["1", "2"]),
            ("exclude_ids", ["3"]),
        ):
            if maybe(0.25):
                options[key] = R.sample(values, R.randrange(len(values)) + 1)
        if maybe(0.3):
            options["exclude_tool_calls"] = R.choice([True, ["c1"], ["c1", "c2"]])
        dumped = [dump(m) for m in messages]
        yield {"messages": dumped, "options": options, "result": [dump(m) for m in filter_messages(messages, **options)]}


def runs():
    for _ in range(150):
        messages = talk(most=6, kinds=R.choice([("human", "ai"), ("ai",), ("system", "chat"), ("human", "tool", "function")]))
        separator = R.choice(["\n", "", " | "])
        dumped = [dump(m) for m in messages]
        result = attempt(lambda: [dump(m) for m in merge_message_runs(messages, chunk_separator=separator)])
        yield {"messages": dumped, "separator": separator, "result": result}


def letters_in(messages):
    """Counts letters: while it cuts the end of a text, langchain-core shows the lines in reverse order."""
    count = 0
    for m in messages:
        parts = [m.content] if isinstance(m.content, str) else m.content
        texts = [p if isinstance(p, str) else p.get("text", "") for p in parts]
        count += 2 + sum(1 + sum(c.isalpha() for c in text) for text in texts)
    return count


def long_content():
    lines = "\n".join(" ".join(R.choice(["aa", "b", "ccc"]) for _ in range(R.randrange(1, 5))) for _ in range(R.randrange(1, 5)))
    lines += R.choice(["", "\n"])
    if maybe(0.4):
        return [R.choice([lines, {"type": "text", "text": lines}, {"type": "image", "url": "u"}]) for _ in range(R.randrange(4))]
    return lines


def trims():
    for _ in range(250):
        messages = talk(kinds=("human", "ai", "system"))
        for m in messages:
            m.content = long_content()
        options = {"max_tokens": R.randrange(60), "strategy": R.choice(["first", "last", "last"])}
        if maybe():
            options["allow_partial"] = True
        if maybe(0.3):
            options["end_on"] = R.choice([["human"], ["ai", "human"]])
        if maybe(0.3):
            options["start_on"] = R.choice([["human"], ["ai"]])
        if maybe(0.3):
            options["include_system"] = True
        counter = R.choice(["letters", "letters", "messages"])
        fn = letters_in if counter == "letters" else len
        dumped = [dump(m) for m in messages]
        result = attempt(lambda: [dump(m) for m in trim_messages(messages, token_counter=fn, **options)])
        yield {"messages": dumped, "options": options, "counter": counter, "result": result}


def texts():
    for _ in range(120):
        messages = talk()
        yield {
            "messages": [dump(m) for m in messages],
            "text": get_buffer_string(messages),
            "tokens": count_tokens_approximately(messages),
        }


def written():
    role = R.choice(["human", "user", "ai", "assistant", "system", "developer", "function", "tool", "critic"])
    form = R.randrange(5)
    if form == 0:
        return word()
    if form == 1:
        return [role, content()]
    out = {R.choice(["role", "role", "type"]): role}
    if maybe(0.95):
        out["content"] = R.choice([content, content, lambda: None])()
    for key, value in (
        ("name", "ann"),
        ("id", "m1"),
        ("extra", plain_value()),
        ("response_metadata", {"a": 1}),
        ("additional_kwargs", {"b": 2}),
    ):
        if maybe(0.2):
            out[key] = value
    if role in ("ai", "assistant") and maybe(0.4):
        arguments = R.choice(['{"a": 1}', "{}", "nope", {"a": 2}, '{"a": "x\ny"}'])
        out["tool_calls"] = [
            R.choice(
                [
                    {"id": "c1", "type": "function", "function": {"name": "add", "arguments": arguments}},
                    {"id": "c1", "name": "add", "args": {"a": 1}},
                ]
            )
        ]
    if role == "tool" and maybe(0.8):
        out["tool_call_id"] = R.choice(["c1", 7])
    if role == "tool" and maybe(0.3):
        out["status"] = "error"
        out["artifact"] = [1]
    if form == 4:
        kinds = {"human": "HumanMessage", "ai": "AIMessage", "system": "SystemMessage", "tool": "ToolMessage"}
        if role in kinds:
            out.pop("role", None)
            out.pop("type", None)
            return {"lc": 1, "type": "constructor", "id": ["langchain", "schema", kinds[role]], "kwargs": out}
    return out


def conversions():
    for _ in range(300):
        given = [written()]
        result = attempt(lambda: [dump(m) for m in convert_to_messages(given)])
        yield {"given": given, "result": result}


def openai_block():
    return R.choice(
        [
            text_block,
            lambda: {"type": "text"},
            lambda: {"type": "image", "url": "https://example.org/a.png"},
            lambda: {"type": "image", "base64": "AAAA", "mime_type": "image/png"},
            lambda: {"type": "image", "base64": "AAAA"},
            lambda: {"type": "image", "source_type": "base64", "data": "AAAA", "mime_type": "image/png"},
            lambda: {"type": "image", "source": {"type": "base64", "media_type": "image/jpeg", "data": "BBBB"}},
            lambda: {"type": "image", "source": {"type": "url", "url": "u"}},
            lambda: {"type": "audio", "base64": "AAAA", "mime_type": "audio/wav"},
            lambda: {"type": "audio", "url": "u"},
            lambda: {"type": "file", "base64": "AAAA", "mime_type": "application/pdf"},
            lambda: {"type": "file", "base64": "AAAA", "mime_type": "application/pdf", "filename": "a.pdf"},
            lambda: {"type": "file", "base64": "AAAA", "mime_type": "application/pdf", "extras": {"filename": "b.pdf"}},
            lambda: {"type": "file", "file_id": "f1"},
            lambda: {"type": "file", "url": "u"},
            lambda: {"type": "file", "file": {"file_data": "data:x"}},
            lambda: {"type": "input_audio", "input_audio": {"data": "AA", "format": "wav"}},
            lambda: {"type": "function_call", "call_id": "c1", "name": "f", "arguments": "{}"},
            lambda: {"type": "function_call", "call_id": "c8", "name": "f", "arguments": "{}"},
            lambda: {"type": "tool_use", "id": "c7", "name": "f", "input": {"ü": [1.0, None]}},
            lambda: {"type": "tool_result", "tool_use_id": "c1", "content": "ok", "is_error": True},
            lambda: {"type": "tool_result", "tool_use_id": "c1", "content": [{"type": "text", "text": "ok"}]},
            lambda: {"json": {"a": "ü"}},
            lambda: {"type": "json"},
            lambda: {"guard_content": {"text": {"text": "g"}}},
            lambda: {"type": "guard_content", "guard_content": {"text": "g"}},
            lambda: {"type": "media", "mime_type": "text/plain", "data": "x"},
            lambda: {"type": "thinking", "thinking": "hm"},
            lambda: {"type": "reasoning", "reasoning": "hm"},
            lambda: {"type": "video", "url": "u"},
            lambda: {"type": "own", "x": 1},
        ]
    )()


def openai():
    for _ in range(300):
        messages = talk(most=3, kinds=("ai", "ai", "human", "system", "tool", "chat", "function"))
        for m in messages:
            if maybe(0.6):
                m.content = [openai_block() for _ in range(R.randrange(3))]
            # Calls of tools in blocks are only looked for in messages that have tool calls.
            if not isinstance(m, AIMessage) and isinstance(m.content, list):
                m.content = [b for b in m.content if isinstance(b, str) or b.get("type") not in ("tool_use", "function_call")]
        options = {}
        if maybe(0.3):
            options["text_format"] = "block"
        if maybe(0.3):
            options["include_id"] = True
        if maybe(0.3):
            options["pass_through_unknown_blocks"] = False
        dumped = [dump(m) for m in messages]
        yield {"messages": dumped, "options": options, "result": attempt(lambda: convert_to_openai_messages(messages, **options))}


def standard_block():
    return R.choice(
        [
            lambda: word(),
            lambda: {"type": "text", "text": word()},
            lambda: {"type": "reasoning", "reasoning": word()},
            lambda: {"type": "image", "url": "u"},
            lambda: {"type": "tool_call", "id": "c1", "name": "f", "args": {}},
            lambda: {"type": "server_tool_call", "id": "s1", "name": "web", "args": {"q": 1}},
            lambda: {"type": "own", "x": 1},
            lambda: {"x": 1, "y": 2},
        ]
    )()


def content_blocks():
    for _ in range(100):
        m = R.choice([message, ai_chunk])()
        if maybe(0.7) or isinstance(m.content, list):
            m.content = [standard_block() for _ in range(R.randrange(3))]
        m.response_metadata = {}
        yield {"message": dump(m), "blocks": m.content_blocks}


def main():
    files = {
        "sums": sums,
        "standard_streams": standard_streams,
        "provider_calls": provider_calls,
        "usages": usages,
        "additions": additions,
        "filters": filters,
        "runs": runs,
        "trims": trims,
        "texts": texts,
        "conversions": conversions,
        "openai": openai,
        "content_blocks": content_blocks,
    }
    for name, cases in files.items():
        lines = ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases())
        (HERE / f"{name}.json").write_text(f"[\n{lines}\n]\n", encoding="utf-8")


main()
