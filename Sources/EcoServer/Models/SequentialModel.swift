public import LinuxIO

public enum SequentialModel: ConcurrencyModel {
    public static let names = ["sequential"]
    public static let tier = ModelTier.lesson
    public static let summary = "x"

    public static func serve(_ service: Service, at listeners: Listeners) throws(SystemError) -> ServerOutcome {
        .drained
    }
}
