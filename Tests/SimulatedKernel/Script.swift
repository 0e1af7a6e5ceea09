// What a kernel is told to do at chosen calls, in sentences.
import LinuxIO
import Synchronization

/// What a scripted call comes to.
public enum Effect: Sendable {
    /// It fails with this errno, and nothing else happens.
    case fails(Int32)
    /// A read brings, or a write takes, at most so many bytes.
    case atMost(Int)
    /// A read brings exactly so many bytes, or what is left before the end; until they are there it would block.
    case exactly(Int)
    /// Something happens first, on the calling thread; then the call goes on as ever.
    case first(@Sendable () -> Void)
    /// Something happens, on the calling thread; then the call fails with this errno.
    case firstFails(@Sendable () -> Void, Int32)
}

/// Whom a call concerns.
public enum Subject: Hashable, Sendable {
    /// Every descriptor there is.
    case anything
    /// The client that was accepted as the first, second, ... one.
    case connection(Int)
    case descriptor(Int32)
}

/// Rules that a simulated or scripted kernel asks before each call. Any thread may add rules and ask.
///
///     kernel.script.the(3, .recv, of: .connection(1)).brings(atMost: 1)
///     kernel.script.the(1...5, .accept4).fails(with: EMFILE)
///     kernel.script.every(.send, of: .connection(2)).takes(atMost: 10)
///     kernel.script.reads(of: .connection(1), areCutAt: [1, 2, 3])
public final class Script: Sendable {
    fileprivate struct Rule: Sendable {
        let call: KernelCall
        let subject: Subject
        let occasions: ClosedRange<Int>
        let effect: Effect
        /// How often the rule's call was made on its subject since the rule was written.
        var seen = 0
        var used = 0
    }

    /// (No `Mutex`: the thread sanitizer does not see that it locks.)
    private let rules = Monitor<[Rule]>([])
    /// Spares kernels without rules the lock.
    private let isWritten = Atomic(false)

    public init() {}

    /// The call's first, second, ... occasion from now on.
    public func the(_ occasion: Int, _ call: KernelCall, of subject: Subject = .anything) -> Clause {
        the(occasion...occasion, call, of: subject)
    }

    public func the(_ occasions: ClosedRange<Int>, _ call: KernelCall, of subject: Subject = .anything) -> Clause {
        Clause(script: self, call: call, subject: subject, occasions: occasions)
    }

    public func every(_ call: KernelCall, of subject: Subject = .anything) -> Clause {
        the(1...Int.max, call, of: subject)
    }

    /// The next reads of a subject bring these numbers of bytes, exactly; those after them whatever there is.
    public func reads(of subject: Subject, areCutAt lengths: [Int]) {
        for (index, length) in lengths.enumerated() { the(index + 1, .recv, of: subject).brings(exactly: length) }
    }

    /// The next reads of a subject that bring something bring at most so many bytes each; those after them whatever there is.
    public func reads(of subject: Subject, bringAtMost lengths: [Int]) {
        for (index, length) in lengths.enumerated() { the(index + 1, .recv, of: subject).brings(atMost: length) }
    }

    /// Forgets every rule.
    public func clear() { rules.withLock { $0.removeAll() } }

    /// How many of the rules have not had any effect yet.
    public var unusedRules: Int { rules.withLock { $0.count { $0.used == 0 } } }

    fileprivate func add(_ rule: Rule) {
        rules.withLock { $0.append(rule) }
        isWritten.store(true, ordering: .releasing)
    }

    /// Counts a call, and says what it comes to; the first rule that fits is the one that counts.
    func effect(of call: KernelCall, on fd: Int32, connection: Int?) -> Effect? {
        guard isWritten.load(ordering: .acquiring) else { return nil }
        return rules.withLock { rules in
            var effect: Effect?
            for index in rules.indices where rules[index].call == call {
                switch rules[index].subject {
                case .anything: break
                case .connection(let number): if number != connection { continue }
                case .descriptor(let number): if number != fd { continue }
                }
                rules[index].seen += 1
                guard effect == nil, rules[index].occasions.contains(rules[index].seen) else { continue }
                rules[index].used += 1
                effect = rules[index].effect
            }
            return effect
        }
    }

    /// Takes back the count of a call that has not come to anything, so that it does not use up its occasion.
    func uncount(_ call: KernelCall, on fd: Int32, connection: Int?) {
        rules.withLock { rules in
            for index in rules.indices where rules[index].call == call && rules[index].seen > 0 {
                switch rules[index].subject {
                case .anything: rules[index].seen -= 1
                case .connection(let number): if number == connection { rules[index].seen -= 1 }
                case .descriptor(let number): if number == fd { rules[index].seen -= 1 }
                }
            }
        }
    }
}

/// The first half of a rule's sentence.
public struct Clause: Sendable {
    fileprivate let script: Script
    fileprivate let call: KernelCall
    fileprivate let subject: Subject
    fileprivate let occasions: ClosedRange<Int>

    public func fails(with errno: Int32) { add(.fails(errno)) }
    public func brings(atMost count: Int) { add(.atMost(count)) }
    public func brings(exactly count: Int) { add(.exactly(count)) }
    public func takes(atMost count: Int) { add(.atMost(count)) }
    public func happens(after body: @escaping @Sendable () -> Void) { add(.first(body)) }
    public func fails(with errno: Int32, after body: @escaping @Sendable () -> Void) { add(.firstFails(body, errno)) }

    private func add(_ effect: Effect) {
        script.add(Script.Rule(call: call, subject: subject, occasions: occasions, effect: effect))
    }
}
