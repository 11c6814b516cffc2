"""What people type off a photo, a door or a licence: addresses and codes."""

from random import Random

from bench.search.truth import Made, Truth


def address(chance: Random, truth: Truth, target: int) -> Made:
    place = truth.register[target].address
    door = f"{place.street}{place.number}号"
    area = chance.choice(("", "", place.district, place.city + place.district))
    forms, needles = [door], [door]
    if place.landmark:
        forms += [f"{place.landmark} {door}", f"{door}{place.landmark}"]
    if place.floor:
        forms += [f"{door}{floor}" for floor in (f"{place.floor}楼", f"{place.floor}层")]
    form = chance.choice(forms)
    right = truth.addresses.holding(needles[0])
    if place.landmark and place.landmark in form:
        right &= truth.addresses.holding(place.landmark)
    if form.endswith(("楼", "层")):
        right = {n for n in right if truth.register[n].address.floor == place.floor}
    if area:
        right &= truth.standing_in(place.district)
    return area + form, right


def uscc_full(_chance: Random, truth: Truth, target: int) -> Made:
    return _code(truth, truth.register[target].uscc)


def uscc_tail(chance: Random, truth: Truth, target: int) -> Made:
    return _code(truth, truth.register[target].uscc[-chance.randint(6, 8) :])


def uscc_messy(chance: Random, truth: Truth, target: int) -> Made:
    code = truth.register[target].uscc
    typed = "".join({"0": "O", "1": "I"}.get(c, c) if chance.random() < 0.3 else c for c in code)
    typed = typed.lower() if chance.random() < 0.5 else typed
    gap = chance.choice((" ", "-", ""))
    return gap.join((typed[:2], typed[2:8], typed[8:17], typed[17:])), _code(truth, code)[1]


def uscc_typo(chance: Random, truth: Truth, target: int) -> Made:
    code = truth.register[target].uscc
    at = chance.randrange(len(code))
    others = [c for c in "23456789ABCDEFGHJKLMNPQRTUWXY" if c != code[at]]
    typed = code[:at] + chance.choice(others) + code[at + 1 :]
    return typed, truth.codes.within(typed.lower(), target)


def licence(chance: Random, truth: Truth, target: int) -> Made:
    number = truth.register[target].licence
    typed = chance.choice((number, number[2:-1], f"{number[:2]} {number[2:-1]} {number[-1]}"))
    return typed, _code(truth, number)[1]


def licence_typo(chance: Random, truth: Truth, target: int) -> Made:
    number = truth.register[target].licence
    at = chance.choice([at for at, c in enumerate(number) if c.isdecimal()])
    others = [c for c in "0123456789" if c != number[at]]
    typed = number[:at] + chance.choice(others) + number[at + 1 :]
    return typed, truth.codes.within(typed.lower(), target)


def fullwidth(chance: Random, truth: Truth, target: int) -> Made:
    one = truth.register[target]
    if chance.random() < 0.5:
        return _wide(one.uscc), _code(truth, one.uscc)[1]
    if chance.random() < 0.5:
        return _wide(one.name.replace("（", "(").replace("）", ")")), truth.named(one.name)
    return "　".join(one.called), truth.named(*one.called)


def _code(truth: Truth, code: str) -> Made:
    return code, truth.codes.holding(code.lower())


def _wide(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)
